import { readFile } from 'node:fs/promises';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';

/**
 * Instantiates the schema engine. The package's own entry imports its .wasm as an ES module, which Node cannot do
 * without a flag, so the same wiring is done here by hand.
 *
 * @param datamodels [path, text] of each schema file, or undefined when the command needs none
 * @param adapterFactory as made by createAdapterFactory
 */
export async function loadSchemaEngine(datamodels, adapterFactory) {
  const glueUrl = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const glue = await import(glueUrl);
  const bytes = await readFile(new URL('schema_engine_bg.wasm', glueUrl));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  globalThis.PRISMA_WASM_PANIC_REGISTRY = {
    set_message: (message) => console.error(`schema engine panic: ${message}`),
  };
  const ignoreLog = () => {};
  return glue.SchemaEngine.new({ datamodels }, ignoreLog, bindMigrationAwareSqlAdapterFactory(adapterFactory));
}
