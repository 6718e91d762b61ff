import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { writeOptions, type UrlOptions } from '#libs/media/variant/options.js';
import type { AskedFormat } from './negotiate.js';

/** Keeps these signatures apart from all else that URL_SIGNING_SECRET signs. */
const PURPOSE = 'media-inbox image urls v1';

/**
 * Signs `/images/<signature>/<options>/<asset>.<format>`. The signature is HMAC-SHA256 over everything behind it, from
 * its slash on, cut to IMAGE_SIGNATURE_BYTES and written in base64url, so that an application with the secret can sign
 * by itself.
 */
@Injectable()
export class ImageUrls {
  private readonly secret: string | Uint8Array;
  private readonly bytes: number;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.secret =
      settings.IMAGE_SIGNING_SECRET ?? new Uint8Array(hkdfSync('sha256', settings.URL_SIGNING_SECRET, '', PURPOSE, 32));
    this.bytes = settings.IMAGE_SIGNATURE_BYTES;
  }

  /** The path of a picture, without the server's address. */
  sign(assetId: string, options: UrlOptions, format: AskedFormat): string {
    const target = `/${writeOptions(options)}/${assetId}.${format}`;
    return `/images/${this.signatureOf(target)}${target}`;
  }

  /** @param target what is signed, exactly as it was sent: `/<options>/<asset>.<format>` */
  isSigned(signature: string, target: string): boolean {
    // As text: several texts decode to the same bytes.
    const [given, expected] = [signature, this.signatureOf(target)].map((text) => Buffer.from(text));
    return given?.length === expected?.length && !!given && !!expected && timingSafeEqual(given, expected);
  }

  private signatureOf(target: string): string {
    return createHmac('sha256', this.secret).update(target).digest().subarray(0, this.bytes).toString('base64url');
  }
}
