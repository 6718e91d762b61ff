/** PDFs for tests, written by hand: only what is given, and a right table of where the objects are. */

export interface PdfParts {
  /** Numbered from 1; the first is the catalogue. */
  objects: readonly string[];
  /** Further entries of the trailer. */
  trailer?: string;
}

export function writePdf({ objects, trailer = '' }: PdfParts): Buffer {
  let text = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  const end = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text + table + end, 'latin1');
}

export interface PageOptions {
  /** Points. */
  size?: readonly [number, number];
  pages?: number;
  /** What draws the page. */
  content?: string;
  title?: string;
  /** Further entries of the catalogue and of each page. */
  catalogue?: string;
  page?: string;
  /** Further objects, from number 6 on. */
  more?: readonly string[];
  trailer?: string;
}

/** The upper half red, the lower blue. */
const TWO_COLOURS = ([width, height]: readonly [number, number]): string =>
  `1 0 0 rg 0 ${height / 2} ${width} ${height / 2} re f 0 0 1 rg 0 0 ${width} ${height / 2} re f`;

/** A PDF whose pages are all the same object. */
export function pdf({ size = [612, 792], pages = 1, ...given }: PageOptions = {}): Buffer {
  const { content = TWO_COLOURS(size), title = '', catalogue = '', page = '', more = [], trailer = '' } = given;
  const kids = Array.from({ length: pages }, () => '3 0 R').join(' ');
  const information = `<< /Title ${title || '()'} >>`;
  return writePdf({
    objects: [
      `<< /Type /Catalog /Pages 2 0 R ${catalogue} >>`,
      `<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`,
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${size.join(' ')}] /Contents 4 0 R ${page} >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      information,
      ...more,
    ],
    trailer: `/Info 5 0 R ${trailer}`,
  });
}

/** Asks for a password: encrypted by RC4 with one that nobody knows. */
export function encryptedPdf(): Buffer {
  const key = 'ab'.repeat(32);
  return pdf({
    trailer: `/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <${key}> /U <${key}> >> /ID [<00><00>]`,
  });
}
