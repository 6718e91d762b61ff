/** What a variant can be written as. */
export const VARIANT_FORMATS = {
  avif: { mime: 'image/avif', hasAlpha: true },
  webp: { mime: 'image/webp', hasAlpha: true },
  jpg: { mime: 'image/jpeg', hasAlpha: false },
  png: { mime: 'image/png', hasAlpha: true },
} as const satisfies Record<string, { mime: string; hasAlpha: boolean }>;

export type VariantFormat = keyof typeof VARIANT_FORMATS;

export const isVariantFormat = (name: string): name is VariantFormat => Object.hasOwn(VARIANT_FORMATS, name);
