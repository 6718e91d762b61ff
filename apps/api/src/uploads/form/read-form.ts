import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { Problem } from '../../problem/problem.js';
import { invalid } from '../../problem/validation.js';

/** The name of the part that is the file. */
const FILE = 'file';
/** Labels with lists of values take the most. */
const MOST_FIELDS = 1_100;
const LONGEST_FIELD = 64 * 1024;
/** Characters of all fields together. */
const MOST_CHARACTERS = 512 * 1024;
/** How much of a form at most is not its file: fields, and what frames them. */
export const FORM_OVERHEAD_BYTES = 4 * 1024 * 1024;

const LIMITS = { fields: MOST_FIELDS, fieldSize: LONGEST_FIELD, files: 1, headerPairs: 20, headerSize: 8 * 1024 };

/** Each field with its values, in the order in which they came. */
export type Fields = Map<string, string[]>;

export interface FormFile {
  body: Readable;
  /** Without a path; empty where none was given. */
  filename: string;
  contentType: string;
}

/** What is done with the file while it comes. Ended by the signal when the form is of no use any longer. */
export type Receive<T> = (file: FormFile, signal: AbortSignal) => Promise<T>;

/**
 * Reads a form with one file to its end. The fields may come before the file or after it. Of a form that is of no use
 * nothing more is read, and what was being received has ended before this rejects.
 *
 * @returns the fields, and what was made of the file; null when there is none
 * @throws Problem MALFORMED_BODY, VALIDATION_FAILED; what `receive` threw
 */
export async function readForm<T>(
  request: IncomingMessage,
  receive: Receive<T>,
): Promise<{ fields: Fields; received: T | null }> {
  const busboy = parserOf(request);
  const fields: Fields = new Map();
  const abort = new AbortController();
  let incoming: Readable | undefined;
  let receiving: Promise<T> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const refuse = (pointer: string, detail: string): void => reject(invalid([{ pointer, detail }]));
      const tooShort = (): void => reject(malformed('The body ended before the form did.'));
      const keep = fieldKeeper(fields, refuse);
      request.once('error', tooShort).once('close', () => {
        if (!request.readableEnded) tooShort();
      });
      busboy
        .on('error', (error) => reject(malformed(`The form cannot be read: ${(error as Error).message}.`)))
        .on('finish', resolve)
        .on('filesLimit', () => refuse(`#/${FILE}`, 'send one file in each request'))
        .on('fieldsLimit', () => refuse('#', `a form may have ${MOST_FIELDS} fields`))
        // Its types do not say so, but a part may have no name.
        .on('field', (name: string | undefined, value, _nameTruncated, truncated) => keep(name ?? '', value, truncated))
        .on('file', (name: string | undefined, body, filename: string | undefined, _encoding, contentType) => {
          body.on('error', tooShort);
          if (name !== FILE) return refuse(pointerTo(name ?? ''), `send the file as the field ${FILE}`);
          if (!filename) return void body.resume();
          incoming = body;
          receiving = receive({ body, filename, contentType }, abort.signal);
          receiving.catch(reject);
        });
      request.pipe(busboy);
    });
    return { fields, received: (await receiving) ?? null };
  } catch (error) {
    request.unpipe(busboy);
    abort.abort(error);
    // Whoever waits for the next bytes of the file waits no longer.
    incoming?.destroy(asError(error));
    await settled(receiving);
    throw error;
  }
}

function parserOf(request: IncomingMessage): InstanceType<typeof Busboy> {
  try {
    return new Busboy({ headers: request.headers as BusboyHeaders, limits: LIMITS });
  } catch (cause) {
    throw malformed('The Content-Type names no boundary; let your HTTP client set it.', cause);
  }
}

function fieldKeeper(fields: Fields, refuse: (pointer: string, detail: string) => void) {
  let characters = 0;
  return (name: string, value: string, truncated: boolean): void => {
    characters += name.length + value.length;
    if (truncated || characters > MOST_CHARACTERS) return refuse(pointerTo(name), 'the fields are too long');
    // What a browser sends for a field that was left empty.
    if (value === '' && name !== FILE) return;
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
  };
}

/** JSON pointer to a field (RFC 6901). */
export const pointerTo = (name: string): string =>
  `#/${name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`;

const malformed = (detail: string, cause?: unknown): Problem => new Problem('MALFORMED_BODY', detail, { cause });

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

async function settled(work: Promise<unknown> | undefined): Promise<void> {
  await Promise.allSettled([work]);
}
