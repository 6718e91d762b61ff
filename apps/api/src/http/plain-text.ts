import { z } from 'zod';

/** Characters that hide or reorder text: C0, DEL, C1, bidirectional controls, line separators. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
/** As above, but a text of several lines may have lines and tabs. */
const INVISIBLE_IN_LINES =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** One line for people to read: trimmed, NFC, without characters that hide or reorder it. `what` begins its messages. */
export const line = (what: string, longest: number) =>
  z
    .string()
    .trim()
    .normalize('NFC')
    .min(1, `${what} is empty`)
    .max(longest, `${what} has more than ${longest} characters`)
    .refine((text) => !INVISIBLE.test(text), `${what} must not contain control or text-direction characters`)
    .refine((text) => text.isWellFormed(), `${what} is not valid Unicode`);

/** Several lines for people to read. */
export const lines = (what: string, longest: number) =>
  z
    .string()
    .trim()
    .normalize('NFC')
    .max(longest, `${what} has more than ${longest} characters`)
    .refine((text) => !INVISIBLE_IN_LINES.test(text), `${what} must not contain control or text-direction characters`)
    .refine((text) => text.isWellFormed(), `${what} is not valid Unicode`);
