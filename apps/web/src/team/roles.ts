import type { Schemas } from '../api/client';
import { words } from '../words/words';

export type Role = Schemas['Member']['role'];

export const ROLES: readonly Role[] = ['OWNER', 'EDITOR', 'VIEWER'];

/** For a choice of one. */
export const ROLE_OPTIONS = ROLES.map((role) => [role, words.account.role[role]] as const);

export const roleOf = (text: string | null): Role => ROLES.find((role) => role === text) ?? 'VIEWER';
