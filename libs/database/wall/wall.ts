import type { SqlDriverAdapter, SqlDriverAdapterFactory, SqlQuery, Transaction } from '@prisma/driver-adapter-utils';
import { confinedTo } from './tenant-scope.js';
import { verdictOn } from './statement.js';

/** A statement made on behalf of a tenant does not name it: a mistake in our code, stopped before it is sent. */
export class TenantWallError extends Error {
  override readonly name = 'TenantWallError';
}

/**
 * The second wall between tenants, behind the conditions that each query has: what is asked on behalf of a tenant and
 * touches rows of tenants has to name that one.
 *
 * @throws TenantWallError
 */
export function guard(sql: string, values: readonly unknown[]): void {
  const tenantId = confinedTo();
  if (tenantId === null) return;
  const verdict = verdictOn(sql);
  if (verdict === 'free') return;
  if (verdict !== 'forgetful') {
    const named = verdict === 'somewhere' ? values.includes(tenantId) : verdict.every((at) => values[at] === tenantId);
    if (named) return;
  }
  throw new TenantWallError(`made for tenant ${tenantId}, which it does not name: ${sql}`);
}

/** Prisma's way to PostgreSQL, with the wall before it. */
export const walled = (factory: SqlDriverAdapterFactory): SqlDriverAdapterFactory => ({
  provider: factory.provider,
  adapterName: factory.adapterName,
  connect: async () => walledAdapter(await factory.connect()),
});

function walledAdapter(adapter: SqlDriverAdapter): SqlDriverAdapter {
  return {
    ...guarded(adapter),
    executeScript: (script) => adapter.executeScript(script),
    startTransaction: async (level) => walledTransaction(await adapter.startTransaction(level)),
    ...(adapter.getConnectionInfo && { getConnectionInfo: adapter.getConnectionInfo.bind(adapter) }),
    dispose: () => adapter.dispose(),
  };
}

const walledTransaction = (tx: Transaction): Transaction => ({
  ...guarded(tx),
  options: tx.options,
  commit: () => tx.commit(),
  rollback: () => tx.rollback(),
  ...(tx.createSavepoint && { createSavepoint: tx.createSavepoint.bind(tx) }),
  ...(tx.rollbackToSavepoint && { rollbackToSavepoint: tx.rollbackToSavepoint.bind(tx) }),
  ...(tx.releaseSavepoint && { releaseSavepoint: tx.releaseSavepoint.bind(tx) }),
});

const guarded = (inner: SqlDriverAdapter | Transaction) => ({
  provider: inner.provider,
  adapterName: inner.adapterName,
  queryRaw: async (query: SqlQuery) => {
    guard(query.sql, query.args);
    return inner.queryRaw(query);
  },
  executeRaw: async (query: SqlQuery) => {
    guard(query.sql, query.args);
    return inner.executeRaw(query);
  },
});
