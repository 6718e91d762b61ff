import { z } from 'zod';

/** A time as a filter: PostgreSQL knows neither a year 0 nor zones that are more than 16 hours away, which the format allows. */
export const instant = z.iso
  .datetime({ offset: true, abort: true })
  .refine((text) => Date.parse(text) >= 0, 'expected a time since 1970')
  .transform((text) => new Date(text).toISOString());
