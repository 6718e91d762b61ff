import { z } from 'zod';
import { about, filename, isWhole, WHOLE } from '../../assets/about.schema.js';
import { sha256Hash } from '../upload.schema.js';

const LONGEST_URL = 2_048;

export const fromUrlSchema = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'expected an address that begins with http:// or https://' })
      .max(LONGEST_URL, `at most ${LONGEST_URL} characters`)
      .meta({ description: 'Where the file is; of the public internet', examples: ['https://example.com/beach.jpg'] }),
    filename: filename.optional().meta({ description: 'Left out: the last part of the address' }),
    sha256Hash,
    ...about,
  })
  .refine(isWhole, WHOLE)
  .meta({ id: 'UploadFromUrl' });

export type FromUrlInput = z.infer<typeof fromUrlSchema>;
