/** RFC 8216bis 4.2: NAME=value with commas between; a value is quoted, a number, a size or a word. */
const ATTRIBUTE = /([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s]+)(,|$)/y;

/** What an attribute list says, quotes taken off; null when it does not follow the grammar or says a thing twice. */
export function attributes(list: string): Map<string, string> | null {
  const found = new Map<string, string>();
  for (ATTRIBUTE.lastIndex = 0; ATTRIBUTE.lastIndex < list.length;) {
    const [whole, name = '', value = ''] = ATTRIBUTE.exec(list) ?? [];
    if (whole === undefined || found.has(name)) return null;
    found.set(name, value.replace(/^"|"$/g, ''));
  }
  return list.endsWith(',') ? null : found;
}
