import { Prisma } from '#libs/database/generated/client.js';
import { Problem } from '../../problem/problem.js';

/** The problem of an edit or a restore that would make two files of a name at one thing; null for any other error. */
export function nameTaken(error: unknown): Problem | null {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') return null;
  return new Problem(
    'ASSET_NAME_TAKEN',
    'This resource has a file of that name already: rename one of them, or delete the other.',
    { cause: error },
  );
}
