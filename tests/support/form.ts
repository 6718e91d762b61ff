import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import type { Account, Answer, CompletedBody } from './account.js';

/** A part of a form: a field's value, or a file. */
export type Part = [name: string, value: string] | [name: string, file: FilePart];

export interface FilePart {
  bytes: Uint8Array;
  /** null: no filename parameter at all. */
  filename?: string | null;
  contentType?: string | null;
}

export type FormAnswer = Answer<CompletedBody & { code?: string; detail?: string; errors?: { pointer: string }[] }>;

/** The bytes of a form, as RFC 7578 has it. */
export function formBytes(parts: readonly Part[], boundary: string): Buffer {
  const pieces = parts.flatMap(([name, value]) => [
    Buffer.from(`--${boundary}\r\n${headersOf(name, value)}\r\n\r\n`),
    typeof value === 'string' ? Buffer.from(value) : value.bytes,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

function headersOf(name: string, value: string | FilePart): string {
  const disposition = `Content-Disposition: form-data; name="${name}"`;
  if (typeof value === 'string') return disposition;
  const { filename = 'photo.jpg', contentType = 'image/jpeg' } = value;
  return `${disposition}${filename === null ? '' : `; filename="${filename}"`}${contentType === null ? '' : `\r\nContent-Type: ${contentType}`}`;
}

/** Uploads by a form, as any client would. */
export async function sendForm(
  account: Account,
  parts: readonly Part[],
  headers: Record<string, string> = {},
): Promise<FormAnswer> {
  const boundary = `form-${randomUUID()}`;
  return sendRaw(account, formBytes(parts, boundary), {
    'content-type': `multipart/form-data; boundary=${boundary}`,
    ...headers,
  });
}

export async function sendRaw(
  account: Account,
  body: Buffer | ReadableStream<Uint8Array>,
  headers: Record<string, string>,
): Promise<FormAnswer> {
  const response = await fetch(new URL('/uploads', account.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${account.accessToken}`, ...headers },
    body: body instanceof ReadableStream ? body : new Uint8Array(body),
    duplex: 'half',
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as FormAnswer['body'] };
}

/** A connection on which a test says every byte itself. */
export async function connect(url: string): Promise<net.Socket> {
  const { hostname, port } = new URL(url);
  const socket = net.connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}

/** The head of a form's request, for a body that follows by hand. */
export const headOf = (account: Account, boundary: string, length: number | null, extra = ''): string =>
  `POST /uploads HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${account.accessToken}\r\n` +
  `Content-Type: multipart/form-data; boundary=${boundary}\r\n${extra}` +
  `${length === null ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`}\r\n\r\n`;
