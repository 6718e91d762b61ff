// Everything is compiled to CommonJS for jest: ES modules in jest need an experimental flag, and lack jest.mock.
// What runs in production is ESM; docs/decisions says why that is no contradiction.

import os from 'node:os';

const compile = (parser) => [
  '@swc/jest',
  {
    swcrc: false,
    jsc: {
      parser,
      target: 'es2022',
      keepClassNames: true,
      // As in tsconfig.json: Nest reads the types of constructor parameters.
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
    module: { type: 'commonjs', ignoreDynamic: false },
  },
];

// Packages that are published as ES modules only.
const ES_MODULES = [
  '@nestjs/',
  '@prisma/client/runtime/.*\\.mjs',
  '@borewit/',
  '@hyzyla/pdfium/',
  '@tokenizer/',
  'content-disposition/',
  'cookie/',
  'es-toolkit/',
  'file-type/',
  'js-yaml/',
  'strtok3/',
  'thumbhash/',
  'token-types/',
  'uint8array-extras/',
  'uuid/',
];

const base = {
  rootDir: import.meta.dirname,
  testEnvironment: '<rootDir>/tests/support/environment.mjs',
  resolver: '<rootDir>/tests/support/resolve.cjs',
  transform: {
    '^.+\\.ts$': compile({ syntax: 'typescript', decorators: true }),
    '^.+\\.m?js$': compile({ syntax: 'ecmascript' }),
  },
  transformIgnorePatterns: [`/node_modules/(?!(${ES_MODULES.join('|')}))`],
  moduleNameMapper: { '^#libs/(.*)\\.js$': '<rootDir>/libs/$1.ts', '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
};

const withDatabase = {
  globalSetup: '<rootDir>/tests/support/start-database.mjs',
  globalTeardown: '<rootDir>/tests/support/stop-database.mjs',
};

export default {
  // Real processes, databases and images on a machine that may be slow and busy: a hang is still found.
  testTimeout: 300_000,
  // They wait for other processes more than they compute: two at least, also on two cores (jest's own choice is one).
  maxWorkers: Math.max(2, os.availableParallelism() - 1),
  projects: [
    { ...base, ...withDatabase, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs,prisma}/**/*.spec.ts'] },
    { ...base, ...withDatabase, displayName: 'e2e', testMatch: ['<rootDir>/tests/e2e/**/*.spec.ts'] },
    { ...base, ...withDatabase, displayName: 'services', testMatch: ['<rootDir>/tests/services/**/*.spec.ts'] },
    { ...base, ...withDatabase, displayName: 'browser', testMatch: ['<rootDir>/tests/browser/**/*.spec.ts'] },
    { ...base, ...withDatabase, displayName: 'screenshots', testMatch: ['<rootDir>/tests/screenshots/**/*.spec.ts'] },
    { ...base, ...withDatabase, displayName: 'tooling', testMatch: ['<rootDir>/tests/tooling/**/*.spec.ts'] },
    // A million rows: minutes.
    { ...base, ...withDatabase, displayName: 'scale', testMatch: ['<rootDir>/tests/scale/**/*.spec.ts'] },
    // Breaks its database, and so brings one of its own.
    { ...base, displayName: 'reliability', testMatch: ['<rootDir>/tests/reliability/**/*.spec.ts'] },
  ],
};
