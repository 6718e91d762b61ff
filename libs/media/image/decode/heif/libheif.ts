import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { damaged, unsupported } from '../limits.js';

/** The functions of libheif's C interface (libheif/heif.h) that are used; an address is a number, an error is written where the first argument says. */
interface Libheif {
  HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _heif_context_alloc(): number;
  _heif_context_read_from_memory_without_copy(error: number, context: number, at: number, size: number, _: 0): void;
  _heif_context_get_primary_image_handle(error: number, context: number, out: number): void;
  _heif_context_get_number_of_top_level_images(context: number): number;
  _heif_context_has_sequence(context: number): number;
  _heif_context_get_track(context: number, id: number): number;
  _heif_track_get_image_resolution(error: number, track: number, width: number, height: number): void;
  _heif_track_decode_next_image(e: number, track: number, out: number, space: number, chroma: number, _: 0): void;
  _heif_image_handle_get_width(handle: number): number;
  _heif_image_handle_get_height(handle: number): number;
  _heif_image_handle_has_alpha_channel(handle: number): number;
  _heif_image_handle_get_image_tiling(error: number, handle: number, transformed: number, out: number): void;
  _heif_image_handle_decode_image_tile(
    ...args: [error: number, handle: number, out: number, space: number, chroma: number, _: 0, x: number, y: number]
  ): void;
  _heif_decode_image(error: number, handle: number, out: number, space: number, chroma: number, _: 0): void;
  _heif_image_get_width(image: number, channel: number): number;
  _heif_image_get_height(image: number, channel: number): number;
  _heif_image_get_plane_readonly(image: number, channel: number, strideOut: number): number;
  _heif_image_release(image: number): void;
  _heif_image_handle_get_raw_color_profile_size(handle: number): number;
  _heif_image_handle_get_raw_color_profile(error: number, handle: number, out: number): void;
  _heif_image_handle_get_nclx_color_profile(error: number, handle: number, out: number): void;
  _heif_image_handle_get_number_of_metadata_blocks(handle: number, filter: 0): number;
  _heif_image_handle_get_list_of_metadata_block_IDs(handle: number, filter: 0, out: number, count: number): number;
  _heif_image_handle_get_metadata_type(handle: number, id: number): number;
  _heif_image_handle_get_metadata_content_type(handle: number, id: number): number;
  _heif_image_handle_get_metadata_size(handle: number, id: number): number;
  _heif_image_handle_get_metadata(error: number, handle: number, id: number, out: number): void;
}

/** heif_colorspace_RGB, heif_chroma_interleaved_RGB and _RGBA, heif_channel_interleaved. */
const [RGB, INTERLEAVED_RGB, INTERLEAVED_RGBA, INTERLEAVED] = [1, 10, 11, 10];
const MAX_METADATA_BLOCKS = 16;
const MAX_METADATA_BYTES = 16 * 1024 * 1024;

export interface Tiling {
  columns: number;
  rows: number;
  tileWidth: number;
  tileHeight: number;
  /** Where the first tile begins: 0, or outside (below 0) where rotation made it one that the picture's far edge cuts. */
  left: number;
  top: number;
}

/** Part of a picture or all of it; valid until the next call. */
export interface Plane {
  data: Uint8Array;
  width: number;
  height: number;
  /** Bytes from row to row. */
  stride: number;
}

/**
 * A HEIF file and the picture in it that is meant to be seen, by a libheif of its own (as WebAssembly): what one file
 * does to its memory, no other sees, and all of it goes when the file goes.
 */
export class HeifFile {
  /** Pixels, as shown. */
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
  /** Pictures that stand for themselves: not thumbnails, depth maps or gain maps. */
  readonly pages: number;
  /** 0 where there is only a sequence. */
  private readonly handle: number;
  private readonly track: number = 0;
  private readonly error: number;
  private readonly out: number;

  private constructor(
    private readonly lib: Libheif,
    context: number,
  ) {
    this.error = lib._malloc(16);
    this.out = lib._malloc(128);
    lib._heif_context_get_primary_image_handle(this.error, context, this.out);
    this.pages = Math.max(1, lib._heif_context_get_number_of_top_level_images(context));
    if (this.word(this.error) === 0) {
      this.handle = this.word(this.out);
      this.width = lib._heif_image_handle_get_width(this.handle);
      this.height = lib._heif_image_handle_get_height(this.handle);
      this.hasAlpha = lib._heif_image_handle_has_alpha_channel(this.handle) !== 0;
      return;
    }
    this.track = lib._heif_context_has_sequence(context) ? lib._heif_context_get_track(context, 0) : 0;
    if (this.track === 0) this.check();
    this.handle = 0;
    lib._heif_track_get_image_resolution(this.error, this.track, this.out, this.out + 4);
    this.check();
    [this.width, this.height] = [this.word(this.out) & 0xffff, this.word(this.out + 4) & 0xffff];
    this.hasAlpha = false;
  }

  /** @throws MediaFailure when it is no HEIF file, or holds no picture that can be decoded */
  static open(bytes: Buffer): HeifFile {
    const require = createRequire(import.meta.url);
    const load = require('libheif-js/libheif-wasm/libheif.js') as (options: { wasmBinary: Buffer }) => Libheif;
    const lib = load({ wasmBinary: readFileSync(require.resolve('libheif-js/libheif-wasm/libheif.wasm')) });
    const context = lib._heif_context_alloc();
    const at = lib._malloc(bytes.length);
    lib.HEAPU8.set(bytes, at);
    const error = lib._malloc(16);
    lib._heif_context_read_from_memory_without_copy(error, context, at, bytes.length, 0);
    refuse(lib, error);
    return new HeifFile(lib, context);
  }

  /** How the picture is cut up, as shown; null when it is in one piece or has to be decoded as one. */
  tiling(): Tiling | null {
    // What stands for a tile's opacity is another picture, which only all of it at once is laid over.
    if (this.handle === 0 || this.hasAlpha) return null;
    this.lib._heif_image_handle_get_image_tiling(this.error, this.handle, 1, this.out);
    if (this.word(this.error) !== 0) return null;
    const words = Array.from({ length: 9 }, (_, index) => this.word(this.out + 4 * index));
    const [, columns = 0, rows = 0, tileWidth = 0, tileHeight = 0, width, height, top = 0, left = 0] = words;
    if (columns * rows <= 1 || width !== this.width || height !== this.height) return null;
    // libheif says how much of a first tile that is cut can be seen.
    const begin = (seen: number, whole: number) => (seen === 0 ? 0 : seen - whole);
    return { columns, rows, tileWidth, tileHeight, left: begin(left, tileWidth), top: begin(top, tileHeight) };
  }

  /** Calls back with the tile, 8 bits RGB. */
  withTile<T>(x: number, y: number, use: (plane: Plane) => T): T {
    this.lib._heif_image_handle_decode_image_tile(
      ...([this.error, this.handle, this.out, RGB, INTERLEAVED_RGB, 0, x, y] as const),
    );
    return this.withPlane(use);
  }

  /** Calls back with all of the picture, 8 bits RGB, or RGBA where it has opacity. */
  withPicture<T>(use: (plane: Plane) => T): T {
    const chroma = this.hasAlpha ? INTERLEAVED_RGBA : INTERLEAVED_RGB;
    if (this.handle) this.lib._heif_decode_image(this.error, this.handle, this.out, RGB, chroma, 0);
    else this.lib._heif_track_decode_next_image(this.error, this.track, this.out, RGB, chroma, 0);
    return this.withPlane(use);
  }

  icc(): Buffer | undefined {
    const size = this.handle && this.lib._heif_image_handle_get_raw_color_profile_size(this.handle);
    if (size < 128 || size > MAX_METADATA_BYTES) return undefined;
    const at = this.lib._malloc(size);
    this.lib._heif_image_handle_get_raw_color_profile(this.error, this.handle, at);
    return this.word(this.error) === 0 ? this.copy(at, size) : undefined;
  }

  /** Colour primaries by number (ITU-T H.273, table 2); undefined when it does not name them. */
  primaries(): number | undefined {
    if (!this.handle) return undefined;
    this.lib._heif_image_handle_get_nclx_color_profile(this.error, this.handle, this.out);
    // The structure begins with its version, a byte that the next field's alignment pads.
    return this.word(this.error) === 0 ? this.word(this.word(this.out) + 4) : undefined;
  }

  exif(): Buffer | undefined {
    // Four bytes say how far from them the TIFF header is (ISO/IEC 23008-12, A.2.1).
    const block = this.metadata((type) => type === 'Exif');
    return block && block.length > 8 ? block.subarray(4 + block.readUInt32BE(0)) : undefined;
  }

  xmp(): Buffer | undefined {
    return this.metadata((type, content) => type === 'mime' && content === 'application/rdf+xml');
  }

  private metadata(isWanted: (type: string, contentType: string) => boolean): Buffer | undefined {
    if (!this.handle) return undefined;
    const { lib, handle, out } = this;
    const count = Math.min(lib._heif_image_handle_get_number_of_metadata_blocks(handle, 0), MAX_METADATA_BLOCKS);
    lib._heif_image_handle_get_list_of_metadata_block_IDs(handle, 0, out, count);
    const ids = Array.from({ length: count }, (_, index) => this.word(out + 4 * index));
    const text = (at: number) => (at === 0 ? '' : this.copy(at, 64).toString('latin1').split('\0', 1).join());
    const id = ids.find((one) =>
      isWanted(
        text(lib._heif_image_handle_get_metadata_type(handle, one)),
        text(lib._heif_image_handle_get_metadata_content_type(handle, one)),
      ),
    );
    if (id === undefined) return undefined;
    const size = lib._heif_image_handle_get_metadata_size(handle, id);
    if (size === 0 || size > MAX_METADATA_BYTES) return undefined;
    const at = lib._malloc(size);
    lib._heif_image_handle_get_metadata(this.error, handle, id, at);
    return this.word(this.error) === 0 ? this.copy(at, size) : undefined;
  }

  private withPlane<T>(use: (plane: Plane) => T): T {
    this.check();
    const { lib } = this;
    const image = this.word(this.out);
    try {
      const at = lib._heif_image_get_plane_readonly(image, INTERLEAVED, this.error);
      const stride = this.word(this.error);
      const width = lib._heif_image_get_width(image, INTERLEAVED);
      const height = lib._heif_image_get_height(image, INTERLEAVED);
      if (at === 0 || width <= 0 || height <= 0) throw damaged('libheif made no pixels');
      return use({ data: lib.HEAPU8.subarray(at, at + stride * height), width, height, stride });
    } finally {
      lib._heif_image_release(image);
    }
  }

  private check(): void {
    refuse(this.lib, this.error);
  }

  /** The heap moves when it grows: never keep a view of it. */
  private word(at: number): number {
    return wordAt(this.lib, at);
  }

  private copy(at: number, size: number): Buffer {
    return Buffer.from(this.lib.HEAPU8.slice(at, at + size));
  }
}

const wordAt = ({ HEAPU8: heap }: Libheif, at: number): number => new DataView(heap.buffer).getInt32(at, true);

/** struct heif_error: code, subcode, message. */
function refuse(lib: Libheif, error: number): void {
  const code = wordAt(lib, error);
  if (code === 0) return;
  const at = wordAt(lib, error + 8);
  const said = Buffer.from(lib.HEAPU8.slice(at, at + 300))
    .toString('latin1')
    .split('\0', 1)
    .join();
  // heif_error_Unsupported_filetype, _Unsupported_feature.
  throw code === 3 || code === 4 ? unsupported(said) : damaged(said);
}
