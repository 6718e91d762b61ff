/** Where a crop is taken from: a side or corner, a point (shares of width and height), or what the eye goes to. */
export type Gravity = (typeof SIDES)[number] | 'sm' | { x: number; y: number };

/** How a variant differs from its source. Sizes are pixels before `dpr`; 0 follows from the other by proportion. */
export interface VariantOptions {
  /** fit: whole, inside width × height. fill: covers it, what is over is cut off. force: stretched to it. */
  resize: 'fit' | 'fill' | 'force';
  width: number;
  height: number;
  /** Taken out of the source before anything else: pixels from 1 on, or shares of it below 1. */
  crop: { width: number; height: number; gravity: Gravity } | null;
  /** For fill. */
  gravity: Gravity;
  /** 1–100; null: what suits the format. */
  quality: number | null;
  /** Sigma of a Gaussian, pixels; 0: none. */
  blur: number;
  /** Pixels of the screen a pixel of the page. */
  dpr: number;
  /** Whether it may become larger than its source. */
  enlarge: boolean;
  /** Under what is transparent, RRGGBB; null: white where the format knows no transparency. */
  background: string | null;
}

/** What stands in a URL: the variant, and what concerns only the URL. */
export interface UrlOptions {
  variant: VariantOptions;
  /** Seconds since 1970 from which on the URL is good no longer. */
  expires: number | null;
  /** The version of the asset that the URL was made for: a new version gets a new URL, past every cache. */
  version: number | null;
}

/** The text is none of ours; the message says which part, and what was expected. */
export class VariantOptionsError extends Error {
  override readonly name = 'VariantOptionsError';
}

/** Longest edge that can be asked for, pixels after `dpr`. */
export const MAX_EDGE = 10_000;
/** Longer texts are not read. */
export const MAX_LENGTH = 256;
const SIDES = ['ce', 'no', 'so', 'ea', 'we', 'noea', 'nowe', 'soea', 'sowe'] as const;

export const PLAIN: Readonly<VariantOptions> = {
  resize: 'fit',
  width: 0,
  height: 0,
  crop: null,
  gravity: 'ce',
  quality: null,
  blur: 0,
  dpr: 1,
  enlarge: false,
  background: null,
};

type Reader = (options: UrlOptions, given: readonly string[]) => void;

const READERS: Readonly<Record<string, Reader>> = {
  rs({ variant }, [type = '', width = '0', height = '0']) {
    variant.resize = oneOf(['fit', 'fill', 'force'], type);
    variant.width = edge(width);
    variant.height = edge(height);
  },
  c({ variant }, [width = '', height = '', ...gravity]) {
    const area = { width: cropEdge(width), height: cropEdge(height) };
    variant.crop = { ...area, gravity: gravity.length > 0 ? readGravity(gravity) : 'ce' };
    if (variant.crop.gravity === 'sm') throw new VariantOptionsError('a crop (c) knows no smart gravity; rs:fill does');
  },
  g: ({ variant }, given) => void (variant.gravity = readGravity(given)),
  q: ({ variant }, [quality]) => void (variant.quality = number(quality, 1, 100, 'whole')),
  bl: ({ variant }, [sigma]) => void (variant.blur = number(sigma, 0.3, 100)),
  dpr: ({ variant }, [dpr]) => void (variant.dpr = number(dpr, 0.5, 4)),
  el: ({ variant }, [flag]) => void (variant.enlarge = oneOf(['0', '1'], flag) === '1'),
  bg({ variant }, [color = '']) {
    if (!/^[0-9a-f]{6}$/i.test(color)) throw new VariantOptionsError(`${color} is no colour: expected RRGGBB`);
    variant.background = color.toLowerCase();
  },
  exp: (options, [seconds]) => void (options.expires = number(seconds, 1, 1e11, 'whole')),
  v: (options, [version]) => void (options.version = number(version, 1, 1e9, 'whole')),
};

/** Most parts an option has, its name not counted; the others have one. */
const PARTS: Readonly<Record<string, number>> = { rs: 3, c: 5, g: 3 };

/** Long names, as imgproxy has them. */
const ALIASES: Readonly<Record<string, string>> = {
  resize: 'rs',
  crop: 'c',
  gravity: 'g',
  quality: 'q',
  blur: 'bl',
  enlarge: 'el',
  background: 'bg',
  expires: 'exp',
  version: 'v',
};

/**
 * Reads `rs:fill:300:200,g:sm,q:75,exp:1767225600`: options with commas between, their parts with colons; `_` is none.
 * @throws VariantOptionsError
 */
export function readOptions(text: string): UrlOptions {
  if (text.length > MAX_LENGTH) throw new VariantOptionsError(`the options are longer than ${MAX_LENGTH} characters`);
  const options: UrlOptions = { variant: { ...PLAIN }, expires: null, version: null };
  const seen = new Set<string>();
  for (const part of text === '_' ? [] : text.split(',')) {
    const [written = '', ...given] = part.split(':');
    const name = (Object.hasOwn(ALIASES, written) ? ALIASES[written] : undefined) ?? written;
    const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
    if (!reader) throw new VariantOptionsError(`${written || 'an empty text'} is no option`);
    if (given.length === 0 || given.length > (PARTS[name] ?? 1))
      throw new VariantOptionsError(`${written} has ${given.length} parts`);
    if (seen.has(name)) throw new VariantOptionsError(`${written} is there twice`);
    seen.add(name);
    reader(options, given);
  }
  const { width, height, dpr } = options.variant;
  if (Math.max(width, height) * dpr > MAX_EDGE)
    throw new VariantOptionsError(`an edge is longer than ${MAX_EDGE} pixels`);
  return options;
}

/** The one text of a variant, whichever way it was written: two requests for the same picture make it once. */
export function writeVariant(variant: VariantOptions): string {
  const { resize, width, height, crop, gravity, quality, blur, dpr, enlarge, background } = variant;
  const isResized = width > 0 || height > 0;
  const parts = [
    isResized && `rs:${resize}:${width}:${height}`,
    crop && `c:${crop.width}:${crop.height}:${writeGravity(crop.gravity)}`,
    isResized && resize === 'fill' && gravity !== 'ce' && `g:${writeGravity(gravity)}`,
    quality !== null && `q:${quality}`,
    blur > 0 && `bl:${blur}`,
    isResized && dpr !== 1 && `dpr:${dpr}`,
    isResized && enlarge && 'el:1',
    background && `bg:${background}`,
  ];
  return parts.filter((part) => part !== false && part !== null).join(',') || '_';
}

/** The text that goes into a URL. */
export function writeOptions({ variant, expires, version }: UrlOptions): string {
  const written = writeVariant(variant);
  const parts = [
    written !== '_' && written,
    expires !== null && `exp:${expires}`,
    version !== null && `v:${version}`,
  ].filter((part) => part !== false);
  return parts.join(',') || '_';
}

function readGravity([type = '', ...given]: readonly string[]): Gravity {
  if (type === 'fp') {
    const [x, y, ...more] = given;
    if (more.length === 0) return { x: number(x, 0, 1), y: number(y, 0, 1) };
  } else if (given.length === 0) {
    return oneOf([...SIDES, 'sm'], type);
  }
  throw new VariantOptionsError(`${[type, ...given].join(':')} is no gravity`);
}

const writeGravity = (gravity: Gravity): string =>
  typeof gravity === 'string' ? gravity : `fp:${gravity.x}:${gravity.y}`;

const edge = (text: string): number => number(text, 0, MAX_EDGE, 'whole');

function cropEdge(text: string): number {
  const value = number(text, 0, 1e6);
  if (value === 0 || (value > 1 && !Number.isInteger(value)))
    throw new VariantOptionsError(`${text} is neither pixels nor a share below 1`);
  return value;
}

function number(text: string | undefined, least: number, most: number, whole?: 'whole'): number {
  const value = Number(text);
  const isPlain = /^\d{1,12}(\.\d{1,4})?$/.test(text ?? '') && (!whole || Number.isInteger(value));
  if (!isPlain || value < least || value > most)
    throw new VariantOptionsError(
      `${text || 'nothing'} is no ${whole ? 'whole number' : 'number'} from ${least} to ${most}`,
    );
  return value;
}

function oneOf<const Name extends string>(names: readonly Name[], text: string | undefined): Name {
  const name = names.find((candidate) => candidate === text);
  if (name === undefined) throw new VariantOptionsError(`${text || 'nothing'} is none of ${names.join(', ')}`);
  return name;
}
