import { z } from 'zod';
import { about, filename, type About } from '../../assets/about.schema.js';
import type { ProblemDetail } from '../../problem/problem.js';
import { invalid, toDetail } from '../../problem/validation.js';
import { sha256Hash } from '../upload.schema.js';
import { pointerTo, type Fields } from './read-form.js';

const LABEL = /^labels?\.(.+)$/;
/** How a form says that a file never expires. */
const NEVER = 'never';
const REQUIRED = ['resource', 'resourceId'] as const;

const formSchema = z.object({ ...about, sha256Hash });
const KNOWN: ReadonlySet<string> = new Set([...Object.keys(formSchema.shape), 'file']);

export interface FormInput {
  about: About;
  sha256Hash: string | null;
}

/**
 * What the fields of a form say of its file.
 * @param hasFile a form without one lacks that besides
 * @throws Problem VALIDATION_FAILED, with all that is wrong
 */
export function parseFields(fields: Fields, hasFile: boolean): FormInput {
  const errors: ProblemDetail[] = [];
  if (!hasFile) errors.push({ detail: 'the file is missing', pointer: '#/file' });
  else if (fields.has('file')) errors.push({ detail: 'a text besides the file', pointer: '#/file' });
  for (const name of REQUIRED)
    if (!fields.has(name)) errors.push({ detail: `${name} is missing`, pointer: pointerTo(name) });
  const parsed = formSchema.safeParse(toObject(fields, errors));
  if (!parsed.success) errors.push(...parsed.error.issues.map(toDetail));
  if (errors.length > 0 || !parsed.success) throw invalid(errors);
  const { sha256Hash: hash = null, ...given } = parsed.data;
  return { about: given, sha256Hash: hash };
}

/** @throws Problem VALIDATION_FAILED */
export function parseFilename(name: string): string {
  const parsed = filename.safeParse(name);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.map(({ message }) => ({ detail: message, pointer: '#/file' })));
}

function toObject(fields: Fields, errors: ProblemDetail[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  const labels: Record<string, unknown> = {};
  for (const [name, values] of fields) {
    const label = LABEL.exec(name)?.[1];
    if (label !== undefined) labels[label] = values.length === 1 ? values[0] : values;
    else if (!KNOWN.has(name)) errors.push({ detail: 'there is no such field', pointer: pointerTo(name) });
    else if (values.length > 1) errors.push({ detail: 'given more than once', pointer: pointerTo(name) });
    else if (name === 'labels') Object.assign(labels, parseLabels(values[0] ?? '', errors));
    else object[name] = name === 'expiresAt' && values[0] === NEVER ? null : values[0];
  }
  return Object.keys(labels).length > 0 ? { ...object, labels } : object;
}

function parseLabels(text: string, errors: ProblemDetail[]): object {
  try {
    const given: unknown = JSON.parse(text);
    if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given;
  } catch {
    // Said below, as of JSON that is no object.
  }
  errors.push({ detail: 'expected a JSON object, or fields called label.NAME', pointer: '#/labels' });
  return {};
}
