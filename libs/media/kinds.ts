export type Kind = 'IMAGE' | 'VIDEO' | 'AUDIO' | 'DOCUMENT' | 'OTHER';

/** A family of formats that one module turns into outputs and facts (process.ts). */
export type Processor = 'image' | 'video' | 'audio' | 'pdf';

export interface Format {
  /** Canonical: the name registered with IANA where there is one. */
  readonly mime: string;
  readonly kind: Kind;
  /** The usual one first; without dots. */
  readonly extensions: readonly string[];
  /** Other names that clients and tools use for the same thing. */
  readonly aliases: readonly string[];
  /**
   * signature: by its first bytes. text, markup: by reading them as text.
   * declaration: the bytes only show what it is built from (`isA`); the client has to say which.
   */
  readonly recognisedBy: 'signature' | 'text' | 'markup' | 'declaration';
  /** The wider format that this is a use of: docx is a zip, csv is text, NEF is a TIFF. */
  readonly isA: string | null;
  /** null: kept as it is, READY without a picture. */
  readonly processor: Processor | null;
}

interface Traits {
  aka?: string;
  by?: Format['recognisedBy'];
  isA?: string;
  processor?: Processor;
}

/** Extensions and aliases are separated by spaces. */
const rowsOf =
  (kind: Kind, usual: Processor | null = null) =>
  (mime: string, extensions: string, { aka = '', by = 'signature', isA, processor }: Traits = {}): Format => ({
    mime,
    kind,
    extensions: extensions.split(' '),
    aliases: aka.split(' ').filter(Boolean),
    recognisedBy: by,
    isA: isA ?? null,
    processor: processor ?? usual,
  });

const image = rowsOf('IMAGE');
const video = rowsOf('VIDEO', 'video');
const audio = rowsOf('AUDIO', 'audio');
const document = rowsOf('DOCUMENT');
const other = rowsOf('OTHER');

const TEXT = 'text/plain';
const ZIP = 'application/zip';
const GZIP = 'application/gzip';
const TIFF = 'image/tiff';
/** Compound File Binary: Office before 2007. */
const CFB = 'application/x-cfb';
const OOXML = 'application/vnd.openxmlformats-officedocument';
const ODF = 'application/vnd.oasis.opendocument';
const ofZip = { isA: ZIP } as const;
const ofTiff = { isA: TIFF, processor: 'image' } as const;
const said = { by: 'declaration', isA: TEXT } as const;

/** THE table: what can be uploaded, how it is told from other things, and what processes it. */
export const FORMATS: readonly Format[] = [
  image('image/jpeg', 'jpg jpeg jpe jfif mpo', { processor: 'image', aka: 'image/jpg image/pjpeg' }),
  image('image/png', 'png apng', { processor: 'image', aka: 'image/x-png image/apng image/vnd.mozilla.apng' }),
  image('image/webp', 'webp', { processor: 'image' }),
  image('image/gif', 'gif', { processor: 'image' }),
  image('image/avif', 'avif avifs', { processor: 'image', aka: 'image/avif-sequence' }),
  image(TIFF, 'tif tiff', { processor: 'image', aka: 'image/tiff-fx image/x-tiff' }),
  image('image/svg+xml', 'svg', { processor: 'image', by: 'markup', aka: 'image/svg' }),
  image('image/svg+xml-compressed', 'svgz', { processor: 'image', isA: GZIP }),
  image('image/bmp', 'bmp dib', { processor: 'image', aka: 'image/x-bmp image/x-ms-bmp' }),
  image('image/vnd.microsoft.icon', 'ico cur', { processor: 'image', aka: 'image/x-icon image/ico' }),
  image('image/heic', 'heic', { processor: 'image', aka: 'image/heic-sequence image/x-heic' }),
  image('image/heif', 'heif hif', { processor: 'image', aka: 'image/heif-sequence image/x-heif' }),
  image('image/jxl', 'jxl', { processor: 'image' }),
  image('image/jp2', 'jp2 jpx jpm j2k j2c', {
    processor: 'image',
    aka: 'image/jpx image/jpm image/j2c image/x-jp2 image/jpeg2000',
  }),
  image('image/vnd.adobe.photoshop', 'psd', { processor: 'image', aka: 'image/x-psd application/x-photoshop' }),
  image('image/x-exr', 'exr', { processor: 'image', aka: 'image/exr image/aces' }),
  image('image/x-tga', 'tga vda icb vst', { processor: 'image', aka: 'image/x-targa image/targa image/tga' }),
  image('image/x-adobe-dng', 'dng gpr', { aka: 'image/dng', ...ofTiff }),
  image('image/x-canon-cr2', 'cr2', ofTiff),
  image('image/x-canon-cr3', 'cr3', { processor: 'image' }),
  image('image/x-canon-crw', 'crw', { processor: 'image' }),
  image('image/x-epson-erf', 'erf', { by: 'declaration', ...ofTiff }),
  image('image/x-fujifilm-raf', 'raf', { processor: 'image', aka: 'image/x-fuji-raf' }),
  image('image/x-hasselblad-3fr', '3fr', { by: 'declaration', ...ofTiff }),
  image('image/x-kodak-dcr', 'dcr kdc', { by: 'declaration', aka: 'image/x-kodak-kdc', ...ofTiff }),
  image('image/x-leaf-mos', 'mos', { by: 'declaration', ...ofTiff }),
  image('image/x-mamiya-mef', 'mef', { by: 'declaration', ...ofTiff }),
  image('image/x-nikon-nef', 'nef nrw', ofTiff),
  image('image/x-olympus-orf', 'orf', { processor: 'image' }),
  image('image/x-panasonic-rw2', 'rw2 rwl', { processor: 'image', aka: 'image/x-panasonic-raw2' }),
  image('image/x-pentax-pef', 'pef', { by: 'declaration', ...ofTiff }),
  image('image/x-phaseone-iiq', 'iiq', { by: 'declaration', ...ofTiff }),
  image('image/x-samsung-srw', 'srw', { by: 'declaration', ...ofTiff }),
  image('image/x-sigma-x3f', 'x3f', { processor: 'image' }),
  image('image/x-sony-arw', 'arw sr2 srf', { aka: 'image/x-sony-sr2 image/x-sony-srf', ...ofTiff }),

  video('video/mp4', 'mp4 m4v', { aka: 'video/x-m4v video/m4v application/mp4' }),
  video('video/quicktime', 'mov qt', { aka: 'video/mov' }),
  video('video/matroska', 'mkv', { aka: 'video/x-matroska' }),
  video('video/webm', 'webm'),
  video('video/vnd.avi', 'avi', { aka: 'video/x-msvideo video/avi video/msvideo' }),
  video('video/mp2t', 'ts mts m2ts', { aka: 'video/mpegts video/m2ts video/vnd.dlna.mpeg-tts' }),
  video('video/3gpp', '3gp', { aka: 'video/3gp' }),
  video('video/3gpp2', '3g2'),
  video('video/mpeg', 'mpg mpeg vob', { aka: 'video/mpg video/x-mpeg video/mp1s video/mp2p' }),
  video('video/x-ms-wmv', 'wmv asf', { aka: 'video/x-ms-asf application/vnd.ms-asf' }),
  video('video/x-flv', 'flv'),
  video('video/ogg', 'ogv ogx', { aka: 'application/ogg' }),
  video('application/mxf', 'mxf', { aka: 'video/mxf' }),

  audio('audio/mpeg', 'mp3 mp2', { aka: 'audio/mp3 audio/x-mp3 audio/x-mpeg audio/mpeg3' }),
  audio('audio/mp4', 'm4a m4b', { aka: 'audio/x-m4a audio/m4a', isA: 'video/mp4' }),
  audio('audio/aac', 'aac', { aka: 'audio/aacp audio/x-aac audio/x-hx-aac-adts' }),
  audio('audio/flac', 'flac', { aka: 'audio/x-flac' }),
  audio('audio/wav', 'wav', { aka: 'audio/x-wav audio/wave audio/vnd.wave audio/x-pn-wav' }),
  audio('audio/ogg', 'ogg oga opus spx', { aka: 'audio/opus audio/vorbis audio/x-ogg', isA: 'video/ogg' }),
  audio('audio/webm', 'weba', { by: 'declaration', isA: 'video/webm' }),
  audio('audio/matroska', 'mka', { by: 'declaration', aka: 'audio/x-matroska', isA: 'video/matroska' }),
  audio('audio/3gpp', '3ga', { by: 'declaration', isA: 'video/3gpp' }),
  audio('audio/x-ms-wma', 'wma', { aka: 'audio/wma audio/x-ms-asf', isA: 'video/x-ms-wmv' }),
  audio('audio/aiff', 'aiff aif', { aka: 'audio/x-aiff' }),
  audio('audio/amr', 'amr'),
  audio('audio/x-caf', 'caf', { aka: 'audio/caf' }),
  audio('audio/basic', 'au snd', { aka: 'audio/x-au audio/au' }),

  document('application/pdf', 'pdf', { aka: 'application/x-pdf', processor: 'pdf' }),
  document(TEXT, 'txt log', { by: 'text' }),
  document('text/csv', 'csv', { aka: 'application/csv text/x-csv text/comma-separated-values', ...said }),
  document('text/tab-separated-values', 'tsv', said),
  document('application/json', 'json', { aka: 'text/json', ...said }),
  document('text/markdown', 'md markdown', { aka: 'text/x-markdown', ...said }),
  document('application/x-subrip', 'srt', { aka: 'text/srt', ...said }),
  document('text/vtt', 'vtt', { by: 'text', isA: TEXT }),
  document('text/calendar', 'ics', { by: 'text', isA: TEXT }),
  document('text/vcard', 'vcf', { by: 'text', aka: 'text/x-vcard', isA: TEXT }),
  document('application/rtf', 'rtf', { by: 'text', aka: 'text/rtf', isA: TEXT }),
  document('application/xml', 'xml', { by: 'markup', aka: 'text/xml', isA: TEXT }),
  document(`${OOXML}.wordprocessingml.document`, 'docx', { aka: `${OOXML}.wordprocessingml.template`, ...ofZip }),
  document(`${OOXML}.spreadsheetml.sheet`, 'xlsx', { aka: `${OOXML}.spreadsheetml.template`, ...ofZip }),
  document(`${OOXML}.presentationml.presentation`, 'pptx', {
    aka: `${OOXML}.presentationml.template ${OOXML}.presentationml.slideshow`,
    ...ofZip,
  }),
  document('application/vnd.ms-word.document.macroenabled.12', 'docm', ofZip),
  document('application/vnd.ms-excel.sheet.macroenabled.12', 'xlsm', ofZip),
  document('application/vnd.ms-powerpoint.presentation.macroenabled.12', 'pptm', ofZip),
  document(`${ODF}.text`, 'odt', { aka: `${ODF}.text-template`, ...ofZip }),
  document(`${ODF}.spreadsheet`, 'ods', { aka: `${ODF}.spreadsheet-template`, ...ofZip }),
  document(`${ODF}.presentation`, 'odp', { aka: `${ODF}.presentation-template`, ...ofZip }),
  document(`${ODF}.graphics`, 'odg', { aka: `${ODF}.graphics-template`, ...ofZip }),
  document('application/epub+zip', 'epub', ofZip),
  document('application/msword', 'doc', { by: 'declaration', isA: CFB }),
  document('application/vnd.ms-excel', 'xls', { by: 'declaration', isA: CFB }),
  document('application/vnd.ms-powerpoint', 'ppt', { by: 'declaration', isA: CFB }),

  other(ZIP, 'zip', { aka: 'application/x-zip application/x-zip-compressed' }),
  other('application/java-archive', 'jar', ofZip),
  other(GZIP, 'gz tgz', { aka: 'application/x-gzip application/x-tgz' }),
  other('application/x-tar', 'tar'),
  other('application/x-7z-compressed', '7z'),
  other('application/vnd.rar', 'rar', { aka: 'application/x-rar-compressed application/x-rar' }),
  other('application/x-bzip2', 'bz2', { aka: 'application/bzip2' }),
  other('application/x-xz', 'xz'),
  other('application/zstd', 'zst', { aka: 'application/x-zstd' }),
  other(CFB, 'cfb'),
];

const BY_NAME: ReadonlyMap<string, Format> = new Map(
  FORMATS.flatMap((format) => [format.mime, ...format.aliases].map((name) => [name, format] as const)),
);

/** `Image/JPG; q=1` → `image/jpg`. */
const bareMime = (mime: string): string => (mime.split(';', 1)[0] ?? '').trim().toLowerCase();

/** The row of a type or of one of its aliases; parameters and case do not matter. */
export function formatOf(mime: string): Format | undefined {
  return BY_NAME.get(bareMime(mime));
}

const BY_EXTENSION: ReadonlyMap<string, Format> = new Map(
  FORMATS.flatMap((format) => format.extensions.map((extension) => [extension, format] as const)),
);

/** The type that a file's name claims, by its extension; null when that is none of the table. */
export function declaredByName(filename: string): string | null {
  const extension = /\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase();
  return BY_EXTENSION.get(extension ?? '')?.mime ?? null;
}

/** Whether the table has the type. What it does not have cannot be uploaded, whatever the settings accept. */
export function isKnown(mime: string): boolean {
  return formatOf(mime) !== undefined;
}

/** `image/JPG; q=1` → `image/jpeg`. Of unknown types only case and parameters are mended. */
export function canonicalMime(mime: string): string {
  return formatOf(mime)?.mime ?? bareMime(mime);
}

const KIND_OF_TYPE: ReadonlyMap<string, Kind> = new Map([
  ['image', 'IMAGE'],
  ['video', 'VIDEO'],
  ['audio', 'AUDIO'],
]);

/** The table's word, or for types it does not have, what their first half says. */
export function kindOf(mime: string): Kind {
  return formatOf(mime)?.kind ?? KIND_OF_TYPE.get(bareMime(mime).split('/', 1)[0] ?? '') ?? 'OTHER';
}

/** What makes outputs of such files; null when they are kept as they are. */
export function processorOf(mime: string): Processor | null {
  return formatOf(mime)?.processor ?? null;
}

/**
 * Whether a type is among those accepted. A pattern is a type, an alias of one, a first half with a star
 * (compared with the canonical name: application/mxf is no `video/*`), or two stars for everything.
 */
export function matchesAccepted(mime: string, patterns: readonly string[]): boolean {
  const type = canonicalMime(mime);
  return patterns.some((pattern) => {
    const wanted = bareMime(pattern);
    if (wanted === '*/*') return true;
    return wanted.endsWith('/*') ? type.startsWith(wanted.slice(0, -1)) : type === canonicalMime(wanted);
  });
}
