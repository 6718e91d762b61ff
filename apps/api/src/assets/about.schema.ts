import { z } from 'zod';
import { line, lines } from '../http/plain-text.js';

export const MOST_LABELS = 32;
const MOST_VALUES = 32;
const LABEL_LONGEST = 200;
/** Of all values together: a list has the labels of 200 assets in each page. */
export const MOST_LABEL_TEXT = 10_000;

export const filename = line('the file name', 255)
  .refine((name) => !/[/\\]/.test(name), 'the file name must not contain / or \\')
  .refine((name) => name !== '.' && name !== '..', 'the file name must not be . or ..')
  .meta({
    description: 'Shown to people and suggested on download; never part of an address',
    examples: ['beach.jpg'],
  });

export const resource = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, 'expected 1 to 64 letters, digits, dots, colons, dashes or underscores')
  .meta({ description: 'Kind of thing the file belongs to, in your own words', examples: ['product'] });

export const resourceId = line('the resource id', 128).meta({
  description: 'Which one of them, in your own words',
  examples: ['1'],
});

const labelValue = line('a label', LABEL_LONGEST);

/** Of a label, as in `label.category`. */
export const labelName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'expected a letter, then up to 63 letters, digits, dashes or underscores');

export const labels = z
  .record(labelName, z.union([labelValue, z.array(labelValue).max(MOST_VALUES, `at most ${MOST_VALUES} values`)]))
  .refine((given) => Object.keys(given).length <= MOST_LABELS, `at most ${MOST_LABELS} labels`)
  .refine(
    (given) => Object.values(given).flat().join('').length <= MOST_LABEL_TEXT,
    `at most ${MOST_LABEL_TEXT} characters in all labels together`,
  )
  .meta({
    description: 'Anything to find it by: each name has a text or a list of texts',
    examples: [{ category: 'shoes', audience: ['editor', 'buyer'] }],
  });

export const visibility = z.enum(['private', 'public']).meta({
  description: 'private: for its tenant. public: listed to every signed-in user, and with a stable URL for everybody',
});

/** RFC 3339, in the future. */
export const expiresAt = z.iso
  .datetime({ offset: true })
  .refine((at) => Date.parse(at) > Date.now(), 'the time is over')
  .refine((at) => Date.parse(at) < Date.UTC(9999, 0), 'after the year 9998')
  .meta({ description: 'From then on it is gone', examples: ['2027-01-31T12:00:00Z'] });

const title = line('the title', 200);
const description = lines('the description', 5_000);

/** What is said of a file when it is uploaded; null is the same as nothing. */
export const about = {
  resource: resource.nullish(),
  resourceId: resourceId.nullish(),
  title: title.nullish(),
  description: description.nullish(),
  labels: labels.optional(),
  visibility: visibility.optional(),
  expiresAt: expiresAt
    .nullish()
    .meta({ description: 'From then on it is gone; null: never; left out: as the tenant has it' }),
};

/** A resource and its id come together. */
export const isWhole = (given: { resource?: string | null; resourceId?: string | null }): boolean =>
  (given.resource ?? null) === null ? (given.resourceId ?? null) === null : (given.resourceId ?? null) !== null;

export const WHOLE = { error: 'give resource and resourceId, or neither', path: ['resourceId'] };

const _about = z.object(about);
export type About = z.infer<typeof _about>;

/** What every asset says of itself. */
export const aboutView = {
  resource: z.string().nullable(),
  resourceId: z.string().nullable(),
  title: z.string().nullable(),
  description: z.string().nullable(),
  labels: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  visibility,
  expiresAt: z.iso.datetime().nullable().meta({ description: 'From then on it is gone' }),
  deletedAt: z.iso.datetime().nullable().meta({ description: 'In the trash since' }),
  version: z.int().meta({ description: 'Of the content; a file uploaded again under its name is a new one' }),
};
