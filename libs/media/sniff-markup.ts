const HTML = 'text/html';

/** First elements that make a text a page, of those that WHATWG MIME Sniffing (7.1) lists; Markdown begins with p. */
const HTML_ELEMENTS = new Set(['html', 'head', 'body', 'title', 'style', 'script', 'iframe', 'meta', 'link']);

/** What may stand before the root element of an XML document, and white space. */
const PROLOG = [/\s+/y, /<\?[^]*?\?>/y, /<!--[^]*?-->/y];

/**
 * The type of a text that is markup, by its first element: SVG, HTML (XHTML too) or any other XML; null when it is
 * no markup. Markup whose first element is out of sight counts as HTML, the most dangerous thing it may be.
 * @param text without white space before it
 */
export function formatOfMarkup(text: string): 'image/svg+xml' | 'text/html' | 'application/xml' | null {
  if (!text.startsWith('<')) return null;
  const { at, isHtml } = skipProlog(text);
  if (isHtml) return HTML;
  const rest = text.slice(at, at + 200);
  if (/^<(?:!|\?xml)/i.test(rest)) return HTML;
  const name = /^<(?:[\w.-]+:)?([a-z][\w.-]*)(?=[\s/>]|$)/i.exec(rest)?.[1]?.toLowerCase();
  if (name === 'svg') return 'image/svg+xml';
  if (name !== undefined && HTML_ELEMENTS.has(name)) return HTML;
  return /^<\?xml\s/i.test(text) ? 'application/xml' : null;
}

/** Walks over declarations, comments and the doctype to the first element. */
function skipProlog(text: string): { at: number; isHtml: boolean } {
  let at = 0;
  for (;;) {
    const doctype = /^<!doctype\s+([\w:.-]+)/i.exec(text.slice(at, at + 100));
    if (doctype?.[1]?.toLowerCase() === 'html') return { at, isHtml: true };
    const end = doctype ? endOfDoctype(text, at) : endOfAny(text, at);
    if (end === at) return { at, isHtml: false };
    at = end;
  }
}

function endOfAny(text: string, at: number): number {
  for (const part of PROLOG) {
    part.lastIndex = at;
    if (part.test(text)) return part.lastIndex;
  }
  return at;
}

/** Behind the doctype, whose internal subset stands in brackets and may hold `>`. */
function endOfDoctype(text: string, at: number): number {
  const doctype = /<![^[>]*(?:\[[^]*?\]\s*)?>/y;
  doctype.lastIndex = at;
  return doctype.test(text) ? doctype.lastIndex : at;
}
