import { AsyncLocalStorage } from 'node:async_hooks';

/** On whose behalf statements are made; none: on the installation's own. */
interface Scope {
  tenantId: string | null;
}

const storage = new AsyncLocalStorage<Scope>();

/** For hooks that cannot wrap what comes after them, such as Fastify's onRequest: a request of nobody as yet. */
export const enterTenantScope = (): void => storage.enterWith({ tenantId: null });

/** From here on the request is this tenant's: its statements have to say so. */
export function confineToTenant(tenantId: string): void {
  const scope = storage.getStore();
  if (scope) scope.tenantId = tenantId;
}

/** The tenant to which statements are confined at the moment, or null. */
export const confinedTo = (): string | null => storage.getStore()?.tenantId ?? null;

/** Runs `work` with statements confined to one tenant, as in a request of its members. */
export const withinTenant = <T>(tenantId: string, work: () => T): T => storage.run({ tenantId }, work);

/**
 * Lets what `work` does look at rows of other tenants: the one way through the wall, to be found by its name. Say at
 * each call why that is right.
 */
export const acrossTenants = <T>(work: () => T): T => storage.run({ tenantId: null }, work);
