import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { parse } from 'pg-connection-string';

// The system catalogue's one-byte type "char", which @prisma/adapter-pg 7.10 does not know.
const SYSTEM_CHAR_OID = 18;

/** Fields instead of a connection string: a string would win over the database name of a shadow database. */
export function connectionConfig(databaseUrl) {
  const { host, port, user, password, database } = parse(databaseUrl);
  return { host, port: port ? Number(port) : undefined, user, password, database };
}

/**
 * The schema engine's way to PostgreSQL: @prisma/adapter-pg with its defects for migrations mended.
 *
 * @param databaseUrl postgresql://… ; a URL that cannot be reached only matters once a command connects
 */
export function createAdapterFactory(databaseUrl) {
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(connectionConfig(databaseUrl)),
    connectToShadowDb: () => connectToShadowDatabase(connectionConfig(databaseUrl)),
  };
}

async function connect(config) {
  const pool = new CatalogueReadingPool({ ...config, max: 4 });
  const adapter = await new PrismaPg(pool, { disposeExternalPool: true }).connect();
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => labelSystemChars(await queryRaw(query), pool);
  // The adapter's own splits at every semicolon, also inside strings and function bodies.
  adapter.executeScript = async (script) => {
    await pool.query(script).catch((error) => adapter.onError(error));
  };
  return adapter;
}

async function connectToShadowDatabase(config) {
  const name = `prisma_migrate_shadow_db_${randomUUID()}`;
  await runOnce(config, `CREATE DATABASE "${name}"`);
  const adapter = await connect({ ...config, database: name });
  const dispose = adapter.dispose.bind(adapter);
  adapter.dispose = async () => {
    // The adapter's own drops the database while it is still connected to it.
    await dispose();
    await runOnce(config, `DROP DATABASE "${name}" WITH (FORCE)`);
  };
  return adapter;
}

async function runOnce(config, statement) {
  const client = new pg.Client(config);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Presents "char" columns as text, and remembers which of a result's columns they were. */
class CatalogueReadingPool extends pg.Pool {
  systemChars = new WeakMap();

  async query(...args) {
    const result = await super.query(...args);
    const fields = (result.fields ?? []).filter((field) => field.dataTypeID === SYSTEM_CHAR_OID);
    if (fields.length === 0) return result;
    this.systemChars.set(
      result.rows,
      fields.map((field) => result.fields.indexOf(field)),
    );
    for (const field of fields) field.dataTypeID = pg.types.builtins.TEXT;
    return result;
  }
}

function labelSystemChars(result, pool) {
  for (const column of pool.systemChars.get(result.rows) ?? []) {
    result.columnTypes[column] = ColumnTypeEnum.Character;
    // PostgreSQL prints a zero byte as nothing; the engine wants one character.
    for (const row of result.rows) if (row[column] === '') row[column] = '\0';
  }
  return result;
}
