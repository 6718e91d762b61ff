import { z } from 'zod';

/** Characters that hide or reorder text: C0, DEL, C1, bidirectional controls, line separators. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** What a person calls a thing, on one line. */
export const displayName = z
  .string()
  .trim()
  .normalize('NFC')
  .min(1, 'the name is empty')
  .max(100, 'the name has more than 100 characters')
  .refine((name) => !INVISIBLE.test(name), 'the name must not contain control or text-direction characters')
  .refine((name) => name.isWellFormed(), 'the name is not valid Unicode');
