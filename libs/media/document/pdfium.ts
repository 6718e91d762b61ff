/** The one place that knows PDFium, compiled to WebAssembly (docs/decisions/0011-pdfium.md). */
import { readFile, type FileHandle } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PDFiumModule } from '@hyzyla/pdfium';
import type { Pixels } from '../image/pixels.js';

type Engine = Awaited<ReturnType<typeof PDFiumModule>> & {
  /** Not among the package's types. UTF-16LE with its NUL into the buffer, when it is large enough; returns bytes. */
  _FPDF_GetMetaText(document: number, tag: number, buffer: number, length: number): number;
};

/** Of FPDF_GetLastError. */
const PASSWORD_ERRORS: readonly number[] = [4, 5];

/** FPDF_ANNOT: what is noted on the page is drawn; FPDF_REVERSE_BYTE_ORDER: red first. */
const RENDER_FLAGS = 0x01 | 0x10;
const BGRX = 3;
const WHITE = 0xffffffff;

export type Opened = { pdf: Pdf } | { refused: 'ENCRYPTED' | 'DAMAGED' };

let code: Promise<Buffer> | undefined;

/**
 * An engine of its own for each document: what one has done to its memory, no other sees, and all of it is given
 * back. It has no files, no network and no JavaScript to run a document's scripts.
 */
async function startEngine(): Promise<Engine> {
  code ??= readFile(createRequire(import.meta.url).resolve('@hyzyla/pdfium/pdfium.wasm'));
  const { buffer, byteOffset, byteLength } = await code;
  const wasmBinary = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  const engine = await PDFiumModule({ wasmBinary, locateFile: () => '' });
  engine._FPDF_InitLibraryWithConfig({});
  return engine as Engine;
}

/** @param size bytes of the file, all of which are read into the engine's memory */
export async function openPdf(file: FileHandle, size: number): Promise<Opened> {
  const engine = await startEngine();
  const at = engine.wasmExports.malloc(size);
  if (at === 0) return { refused: 'DAMAGED' };
  await file.read(engine.HEAPU8, at, size, 0);
  const document = engine._FPDF_LoadMemDocument(at, size, 0);
  if (document !== 0) return { pdf: new Pdf(engine, document) };
  return { refused: PASSWORD_ERRORS.includes(engine._FPDF_GetLastError()) ? 'ENCRYPTED' : 'DAMAGED' };
}

/** A document that is open. Its memory goes with its engine, when nobody holds it any more. */
export class Pdf {
  constructor(
    private readonly engine: Engine,
    private readonly document: number,
  ) {}

  /** 0 for a document without any, or whose tree of pages cannot be read. */
  get pages(): number {
    return Math.max(0, this.engine._FPDF_GetPageCount(this.document));
  }

  /** As its author wrote it, of the document's information dictionary; '' when there is none. */
  get title(): string {
    const { engine, document } = this;
    const tag = engine.wasmExports.malloc(6);
    engine.HEAPU8.set(Buffer.from('Title\0', 'latin1'), tag);
    const length = engine._FPDF_GetMetaText(document, tag, 0, 0);
    if (length <= 2) return '';
    const buffer = engine.wasmExports.malloc(length);
    engine._FPDF_GetMetaText(document, tag, buffer, length);
    return new TextDecoder('utf-16le').decode(engine.HEAPU8.slice(buffer, buffer + length - 2));
  }

  /**
   * Draws the first page on white, its longest edge at `edge` pixels.
   * Size is the page's own, in points (1/72 inch). null when the page cannot be read.
   */
  drawFirstPage(edge: number): { pixels: Pixels; width: number; height: number } | null {
    const { engine } = this;
    const page = engine._FPDF_LoadPage(this.document, 0);
    if (page === 0) return null;
    const [width, height] = [engine._FPDF_GetPageWidth(page), engine._FPDF_GetPageHeight(page)];
    if (!(width > 0 && height > 0)) return null;
    const scale = edge / Math.max(width, height);
    const [wide, high] = [toPixels(width * scale), toPixels(height * scale)];
    const at = engine.wasmExports.malloc(wide * high * 4);
    const bitmap = at === 0 ? 0 : engine._FPDFBitmap_CreateEx(wide, high, BGRX, at, wide * 4);
    if (bitmap === 0) return null;
    engine._FPDFBitmap_FillRect(bitmap, 0, 0, wide, high, WHITE);
    engine._FPDF_RenderPageBitmap(bitmap, page, 0, 0, wide, high, 0, RENDER_FLAGS);
    const rgbx = Buffer.from(engine.HEAPU8.buffer, at, wide * high * 4);
    const pixels = { data: withoutFourth(rgbx), width: wide, height: high, channels: 3 } as const;
    return { pixels, width, height };
  }
}

const toPixels = (length: number): number => Math.max(1, Math.round(length));

function withoutFourth(rgbx: Buffer): Buffer {
  const rgb = Buffer.allocUnsafe((rgbx.length / 4) * 3);
  for (let from = 0, to = 0; from < rgbx.length; from += 4, to += 3) {
    rgb[to] = rgbx[from] ?? 0;
    rgb[to + 1] = rgbx[from + 1] ?? 0;
    rgb[to + 2] = rgbx[from + 2] ?? 0;
  }
  return rgb;
}
