import { z } from 'zod';
import { Problem } from '../problem/problem.js';

/** What the driver says of a violated unique constraint; its name tells which value was taken. */
const violation = z.object({
  code: z.literal('P2002'),
  meta: z.object({
    driverAdapterError: z.object({ cause: z.object({ constraint: z.object({ index: z.string() }) }) }),
  }),
});

/** Which of an account's names is taken, if that is what the error says. */
export function toTaken(error: unknown): Problem | null {
  const { data } = violation.safeParse(error);
  switch (data?.meta.driverAdapterError.cause.constraint.index) {
    case 'users_email_key':
      return new Problem('EMAIL_TAKEN', 'There is an account with this e-mail; sign in instead.', {
        errors: [{ detail: 'taken', pointer: '#/email' }],
      });
    case 'users_username_key':
      return new Problem('USERNAME_TAKEN', 'The username is taken; choose another.', {
        errors: [{ detail: 'taken', pointer: '#/username' }],
      });
    default:
      return null;
  }
}
