import { publicUrl } from '#libs/config/public-url.js';
import type { Settings } from '#libs/config/settings.js';
import type { ObjectStore } from '#libs/storage/object-store.js';

/** Where a browser gets and puts bytes: signed URLs begin with these. */
export async function byteOrigins(store: ObjectStore, settings: Settings): Promise<string[]> {
  const signed = await store.presignGet({
    key: 'console',
    expiresInSeconds: 1,
    contentType: 'text/plain',
    filename: 'console',
    disposition: 'inline',
  });
  return [...new Set([new URL(publicUrl(settings)).origin, new URL(signed).origin])];
}

/**
 * What the console's page may load and run: its own files, nothing inline that has not this answer's nonce, and bytes
 * from the store. Styles that scripts set on elements are no inline styles to it (CSP 3, 6.1.4).
 */
export function contentSecurityPolicy(nonce: string, origins: readonly string[]): string {
  const bytes = origins.join(' ');
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data: blob: ${bytes}`,
    `media-src 'self' blob: ${bytes}`,
    `connect-src 'self' ${bytes}`,
    "font-src 'self'",
    "worker-src 'self' blob:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
