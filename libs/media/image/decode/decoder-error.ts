/** Longest account of a decoder's trouble that is kept, in characters. */
const LIMIT = 1000;

/** What libvips said, without the path that it names in some messages. */
export function decoderSaid(error: unknown, input: string): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll(input, 'input').slice(0, LIMIT);
}
