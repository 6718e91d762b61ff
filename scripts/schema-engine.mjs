#!/usr/bin/env node
// Stands where the Prisma CLI expects its native schema engine (PRISMA_SCHEMA_ENGINE_BINARY): the CLI would download
// that one; this one answers the same JSON-RPC with the WebAssembly build from npm, so migrations work offline.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { connectionConfig, createAdapterFactory } from './prisma/migration-adapter.mjs';
import { loadSchemaEngine } from './prisma/wasm-engine.mjs';
import pg from 'pg';

// The code the native engine gives to every error that a user may read.
const USER_FACING_ERROR = 4466;

// SQLSTATE invalid_catalog_name.
const DATABASE_DOES_NOT_EXIST = '3D000';

const args = process.argv.slice(2);
const option = (...names) => {
  const at = args.findIndex((arg) => names.includes(arg));
  return at < 0 ? undefined : args[at + 1];
};
const databaseUrl = JSON.parse(option('--datasource') ?? '{}').url;

if (args.includes('--version')) console.log('schema-engine-wasm');
else if (args.includes('cli')) await runDatabaseCommand(args[args.indexOf('cli') + 1]);
else await serve();

/** `cli can-connect-to-database | create-database | drop-database`: exit 0, or a JSON error on stderr and exit 1. */
async function runDatabaseCommand(command) {
  const config = connectionConfig(databaseUrl);
  const probing = command === 'can-connect-to-database';
  const client = new pg.Client(probing ? config : { ...config, database: 'postgres' });
  try {
    await client.connect();
    const database = client.escapeIdentifier(config.database);
    if (command === 'create-database') await client.query(`CREATE DATABASE ${database}`);
    if (command === 'drop-database') await client.query(`DROP DATABASE ${database} WITH (FORCE)`);
  } catch (error) {
    console.error(errorReport(error));
    process.exitCode = 1;
  } finally {
    await client.end();
  }
}

/** As the native engine's log, whose first line the CLI leaves out. */
function errorReport({ code, message }) {
  const fields = { error_code: code === DATABASE_DOES_NOT_EXIST ? 'P1003' : 'P1001', message };
  const banner = 'schema engine (WebAssembly)';
  return `${banner}\n${JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields })}`;
}

/** Answers one request a line on stdin until it closes; the engine holds one connection, so one at a time. */
async function serve() {
  let engine;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    if (!request.method) continue;
    // It connects as soon as it is made: an unreachable database is then the answer to a request, not a crash.
    engine ??= loadSchemaEngine(readDatamodels(), createAdapterFactory(databaseUrl));
    reply(request.id, await answer(engine, request));
  }
  process.exit(0);
}

async function answer(loading, { method, params }) {
  try {
    const engine = await loading;
    const result = await engine[method](params);
    // The native engine prints a diff by asking its client to; the WebAssembly one returns it.
    if (method === 'diff' && result?.stdout)
      send({ id: `print-${Date.now()}`, method: 'print', params: { content: result.stdout } });
    return { result: result ?? null };
  } catch (error) {
    const data = { is_panic: false, message: error?.message ?? String(error), meta: null };
    return {
      error: { code: USER_FACING_ERROR, message: 'An error happened. Check the data field for details.', data },
    };
  }
}

function readDatamodels() {
  const paths = option('--datamodels', '-d');
  return paths?.split(',').map((path) => [path, readFileSync(path, 'utf8')]);
}

function reply(id, outcome) {
  send({ id, ...outcome });
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}
