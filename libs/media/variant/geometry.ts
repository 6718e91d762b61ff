import type { Gravity, VariantOptions } from './options.js';

export interface Size {
  /** Pixels. */
  width: number;
  height: number;
}

export interface Region extends Size {
  left: number;
  top: number;
}

/** What is done to a picture, in this order. */
export interface Steps {
  /** Taken out of the source; null: all of it. */
  crop: Region | null;
  scale: Size;
  /** Taken out of what was scaled; null: all of it; smart: where the eye goes, of this size. */
  cut: Region | { smart: Size } | null;
}

/** The steps from a source of this size, upright, to a variant of it; the last one's size is the variant's. */
export function plan(source: Size, options: VariantOptions, canEnlarge: boolean): Steps {
  const crop = options.crop && cropRegion(source, options.crop);
  const from = crop ?? source;
  const width = Math.round(options.width * options.dpr);
  const height = Math.round(options.height * options.dpr);
  const mayGrow = options.enlarge || canEnlarge;
  if (width === 0 && height === 0) return { crop, scale: sizeOf(from), cut: null };
  if (options.resize === 'force') return { crop, scale: forced(from, { width, height }, mayGrow), cut: null };
  const isFilled = options.resize === 'fill' && width > 0 && height > 0;
  const ratios = [width, height].map((edge, index) => edge / (index === 0 ? from.width : from.height));
  const asked = isFilled ? Math.max(...ratios) : Math.min(...ratios.filter((ratio) => ratio > 0));
  const factor = mayGrow ? asked : Math.min(1, asked);
  const scale = scaled(from, factor);
  if (!isFilled) return { crop, scale, cut: null };
  const size = { width: Math.min(width, scale.width), height: Math.min(height, scale.height) };
  if (size.width === scale.width && size.height === scale.height) return { crop, scale, cut: null };
  const { gravity } = options;
  return { crop, scale, cut: gravity === 'sm' ? { smart: size } : place(scale, size, gravity) };
}

/** Pixels of the variant. */
export function sizeAfter({ scale, cut }: Steps): Size {
  if (cut === null) return scale;
  return 'smart' in cut ? cut.smart : sizeOf(cut);
}

function cropRegion(source: Size, { width, height, gravity }: NonNullable<VariantOptions['crop']>): Region {
  const size = { width: cropped(width, source.width), height: cropped(height, source.height) };
  return place(source, size, gravity);
}

const cropped = (edge: number, whole: number): number =>
  Math.min(whole, Math.max(1, edge < 1 ? Math.round(edge * whole) : edge));

function forced(from: Size, { width, height }: Size, mayGrow: boolean): Size {
  const one = (edge: number, whole: number) => (edge === 0 ? whole : mayGrow ? edge : Math.min(edge, whole));
  return { width: one(width, from.width), height: one(height, from.height) };
}

const scaled = ({ width, height }: Size, factor: number): Size => ({
  width: Math.max(1, Math.round(width * factor)),
  height: Math.max(1, Math.round(height * factor)),
});

const sizeOf = ({ width, height }: Size): Size => ({ width, height });

/** A region of `size` inside `whole`, at what gravity points to. */
function place(whole: Size, size: Size, gravity: Gravity): Region {
  const { x, y, isPoint } = pointOf(gravity);
  const along = (room: number, edge: number, share: number) =>
    Math.round(isPoint ? Math.min(room - edge, Math.max(0, share * room - edge / 2)) : share * (room - edge));
  return { ...size, left: along(whole.width, size.width, x), top: along(whole.height, size.height, y) };
}

function pointOf(gravity: Gravity): { x: number; y: number; isPoint: boolean } {
  if (typeof gravity !== 'string') return { ...gravity, isPoint: true };
  const x = gravity.endsWith('ea') ? 1 : gravity.endsWith('we') ? 0 : 0.5;
  const y = gravity.startsWith('no') ? 0 : gravity.startsWith('so') ? 1 : 0.5;
  return { x, y, isPoint: false };
}
