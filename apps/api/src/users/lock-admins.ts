import type { Transaction } from '#libs/database/database.js';

/** Every administrator of the installation, locked: of two who would end each other at once one remains. */
export const lockAdmins = async (tx: Transaction): Promise<{ id: string }[]> => {
  return await tx.$queryRaw<{ id: string }[]>`SELECT id FROM users WHERE role = 'ADMIN' ORDER BY id FOR UPDATE`;
};
