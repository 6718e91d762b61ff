import { z } from 'zod';

/** Characters: captions of the longest films have a tenth of it. */
const MOST_TEXT = 500_000;

const language = z
  .string()
  .max(35)
  .refine((text) => canonical(text) !== null, 'expected a language as BCP 47 has it, such as de or pt-BR')
  .transform((text) => canonical(text) ?? text);

function canonical(text: string): string | null {
  try {
    return Intl.getCanonicalLocales(text)[0] ?? null;
  } catch {
    return null; // A RangeError: it is none.
  }
}

export const addCaptionsSchema = z
  .strictObject({
    language: language.meta({ description: 'BCP 47', examples: ['de', 'pt-BR'] }),
    label: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .regex(/^[^\p{Cc}]*$/u, 'expected no control characters')
      .meta({ description: 'As players show it', examples: ['Deutsch'] }),
    text: z.string().min(1).max(MOST_TEXT).meta({ description: 'WebVTT or SubRip' }),
  })
  .meta({ id: 'AddCaptions' });

export const captionsSchema = z
  .object({
    language: z.string().meta({ description: 'BCP 47' }),
    label: z.string(),
    size: z.int().meta({ description: 'Bytes' }),
    url: z.string().meta({ description: 'WebVTT, signed' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Captions' });

export const captionsListSchema = z.object({ items: z.array(captionsSchema) }).meta({ id: 'CaptionsList' });

export type AddCaptionsInput = z.infer<typeof addCaptionsSchema>;
export type CaptionsView = z.infer<typeof captionsSchema>;
