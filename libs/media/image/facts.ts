import type { ExifFacts } from './metadata/exif.js';
import type { IptcFacts } from './metadata/iptc.js';
import type { XmpFacts } from './metadata/xmp.js';

export interface ImageFacts {
  format:
    | 'jpeg'
    | 'png'
    | 'webp'
    | 'gif'
    | 'avif'
    | 'tiff'
    | 'svg'
    | 'bmp'
    | 'ico'
    | 'heic'
    | 'heif'
    | 'jxl'
    | 'jp2'
    | 'psd'
    | 'exr'
    | 'tga'
    | 'raw';
  /** Canonical, as in the table of formats. */
  mime: string;
  /** Pixels as shown: EXIF orientation applied. Of SVG the size it asks for. */
  width: number;
  height: number;
  /** How the pixels are stored; what they mean is colorProfile's to say. */
  colorSpace: 'srgb' | 'grey' | 'cmyk' | 'lab' | 'other';
  /** The embedded ICC profile's name for itself. */
  colorProfile?: string;
  hasAlpha: boolean;
  /** Pages of a TIFF, pictures of an icon or a burst, frames of an animation; at least 1. */
  pages: number;
  /** Of an animation. */
  frames?: number;
  /** ThumbHash of the first page, base64. */
  thumbhash: string;
  /** The most frequent colour, averaged: #rrggbb. */
  dominantColor: string;
  exif?: ExifFacts;
  xmp?: XmpFacts;
  iptc?: IptcFacts;
}
