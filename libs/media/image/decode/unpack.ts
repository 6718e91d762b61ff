import type { Tools } from '../../ffmpeg/tools.js';
import type { Warning } from '../../result.js';
import { unpackBmp } from './bmp/bmp.js';
import { unpackIco } from './bmp/ico.js';
import { unpackHeif } from './heif/heif.js';
import type { ImageLimits } from './limits.js';
import type { MakeRoom } from './room.js';
import { unpackRaw } from './raw/raw.js';
import { unpackAvif } from './still/avif.js';
import { unpackExr } from './still/exr.js';
import { unpackPsd } from './still/psd.js';
import { unpackJp2, unpackJxl } from './still/still.js';
import { unpackTga } from './still/tga.js';

/** A file that libvips cannot read. */
export interface Packed {
  /** Path. */
  input: string;
  /** Canonical. */
  mime: string;
  /** Bytes. */
  size: number;
  /** An existing folder for what is only needed until the picture has been decoded. */
  workDir: string;
  limits: ImageLimits;
  /** null, or left out, on a machine without ffmpeg. */
  tools?: Tools | null | undefined;
  makeRoom?: MakeRoom | undefined;
  /** Pixels: no edge of the picture need be longer. Left out, all of its pixels are wanted. */
  edge?: number | undefined;
}

/** The same picture as libvips can read it: a path or bytes of a TIFF, PNG or JPEG. */
export interface Unpacked {
  source: string | Buffer;
  /** Whether the source is a file that was written for this, and is in the way afterwards. */
  isTemporary: boolean;
  /** Pixels as stored in the source: it is an error when the source turns out to be of another size. */
  width: number;
  height: number;
  /** Where the source was made smaller than the picture: its own size. */
  full?: { width: number; height: number } | undefined;
  /** How to set it upright (Exif 3.0, 4.6.5.1); what the source itself says of that is not looked at. */
  orientation: number;
  /** Pictures in the file. */
  pages: number;
  exif?: Buffer | undefined;
  xmp?: Buffer | undefined;
  warnings: Warning[];
}

/** Said of a picture that libvips reads best by itself. */
export const AS_IT_IS = 'as it is';

/**
 * Decodes, or takes out of its wrapping, a picture that libvips cannot read.
 * null when this machine has nothing that could.
 * @throws MediaFailure; the size is held against the limits before memory is taken for it
 */
export type Unpack = (file: Packed) => Promise<Unpacked | null | typeof AS_IT_IS>;

const RAW =
  'adobe-dng canon-cr2 canon-cr3 canon-crw epson-erf fujifilm-raf hasselblad-3fr kodak-dcr leaf-mos mamiya-mef nikon-nef ' +
  'olympus-orf panasonic-rw2 pentax-pef phaseone-iiq samsung-srw sigma-x3f sony-arw';

/** By canonical type. A format is added here, and by its row in the table of formats. */
export const UNPACKERS: ReadonlyMap<string, Unpack> = new Map<string, Unpack>([
  ['image/avif', unpackAvif],
  ['image/bmp', unpackBmp],
  ['image/vnd.microsoft.icon', unpackIco],
  ['image/heic', unpackHeif],
  ['image/heif', unpackHeif],
  ['image/jxl', unpackJxl],
  ['image/jp2', unpackJp2],
  ['image/vnd.adobe.photoshop', unpackPsd],
  ['image/x-exr', unpackExr],
  ['image/x-tga', unpackTga],
  ...RAW.split(' ').map((name) => [`image/x-${name}`, unpackRaw] as const),
]);
