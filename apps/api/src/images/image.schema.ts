import { z } from 'zod';
import { MAX_EDGE, type Gravity } from '#libs/media/variant/options.js';

const edge = z.int().min(0).max(MAX_EDGE);
const share = z.number().min(0).max(1);

const gravitySchema = z
  .union([
    z.enum(['center', 'north', 'south', 'east', 'west', 'northeast', 'northwest', 'southeast', 'southwest', 'smart']),
    z.strictObject({ x: share, y: share }),
  ])
  .meta({ description: 'A side or corner; a point, as shares of width and height; smart: where the eye goes' });

const variantSchema = z
  .strictObject({
    width: edge.default(0).meta({ description: 'Pixels; 0: follows from the height' }),
    height: edge.default(0).meta({ description: 'Pixels; 0: follows from the width' }),
    resize: z
      .enum(['fit', 'fill', 'force'])
      .default('fit')
      .meta({ description: 'fit: whole, inside. fill: covers, the rest is cut off. force: stretched' }),
    gravity: gravitySchema.default('center'),
    crop: z
      .strictObject({
        width: z.number().positive().max(1e6),
        height: z.number().positive().max(1e6),
        gravity: gravitySchema.default('center'),
      })
      .optional()
      .meta({ description: 'Taken out first: pixels of the original, or shares of it below 1' }),
    quality: z.int().min(1).max(100).optional(),
    blur: z.number().min(0.3).max(100).optional().meta({ description: 'Sigma in pixels' }),
    dpr: z.number().min(0.5).max(4).default(1),
    enlarge: z.boolean().default(false).meta({ description: 'May it become larger than the original?' }),
    background: z
      .string()
      .regex(/^[0-9a-fA-F]{6}$/, 'expected RRGGBB')
      .optional(),
    format: z
      .enum(['auto', 'avif', 'webp', 'jpg', 'jpeg', 'png'])
      .default('auto')
      .meta({ description: 'auto: the best that the Accept header of the one who looks names' }),
  })
  .meta({ id: 'VariantRequest' });

export const signVariantsSchema = z
  .strictObject({
    variants: z.array(variantSchema).min(1).max(100),
    expiresInSeconds: z
      .int()
      .min(1)
      .max(10 * 365 * 24 * 3600)
      .optional()
      .meta({ description: 'Left out, the URLs are good as long as the asset is there' }),
  })
  .meta({ id: 'SignVariants' });

export const signedVariantsSchema = z
  .object({
    variants: z.array(z.object({ url: z.url(), expiresAt: z.iso.datetime().nullable() })).meta({
      description: 'In the order of the request',
    }),
  })
  .meta({ id: 'SignedVariants' });

export type SignVariantsInput = z.infer<typeof signVariantsSchema>;
export type VariantInput = z.infer<typeof variantSchema>;
export type SignedVariants = z.infer<typeof signedVariantsSchema>;

const SIDES = {
  center: 'ce',
  north: 'no',
  south: 'so',
  east: 'ea',
  west: 'we',
  northeast: 'noea',
  northwest: 'nowe',
  southeast: 'soea',
  southwest: 'sowe',
  smart: 'sm',
} as const satisfies Record<string, Gravity>;

/** To four places, which is as much as a URL holds. */
export const round = (value: number): number => Math.round(value * 10_000) / 10_000;

/** A gravity as URLs have it. */
export function toGravity(gravity: VariantInput['gravity']): Gravity {
  if (typeof gravity === 'string') return SIDES[gravity];
  return { x: round(gravity.x), y: round(gravity.y) };
}
