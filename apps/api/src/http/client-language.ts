const PRIMARY = /^\s*([a-z]{2,3})(?:-[a-z0-9-]+)?\s*(?:[,;]|$)/i;

/** The primary subtag of what Accept-Language names first (RFC 9110, 12.5.4): de of de-AT,en;q=0.8. Null for none. */
export const clientLanguage = (header: string | undefined): string | null =>
  PRIMARY.exec(header ?? '')?.[1]?.toLowerCase() ?? null;
