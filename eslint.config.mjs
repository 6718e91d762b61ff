import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const TYPESCRIPT = ['apps/**/*.{ts,tsx}', 'libs/**/*.ts', 'prisma/**/*.ts', 'tests/**/*.ts', 'bench/**/*.ts'];
const TESTS = ['**/*.spec.ts', 'tests/**/*.ts', 'bench/**/*.ts'];
/** Commands: the terminal is what they are for. */
const COMMANDS = [
  'apps/*/src/**/main.ts',
  'apps/api/src/openapi/write-document.ts',
  'apps/worker/src/health-check.ts',
  'libs/database/migrate.ts',
  'libs/media/sandbox/child.ts',
  'libs/storage/ensure-bucket.ts',
  'prisma/**',
];

const globals = (...names) => Object.fromEntries(names.map((name) => [name, 'readonly']));

const NODE_GLOBALS = globals(
  ...['AbortController', 'AbortSignal', 'Buffer', 'URL', 'URLSearchParams', 'WebAssembly', 'console', 'fetch'],
  ...['clearInterval', 'clearTimeout', 'globalThis', 'performance', 'process', 'setImmediate', 'setInterval'],
  ...['setTimeout', 'structuredClone', 'TextDecoder', 'TextEncoder', 'module', 'require', '__dirname'],
);

/** The environment is read in one place; everything else gets settings injected. */
const ENVIRONMENT = {
  selector: 'MemberExpression[object.name="process"][property.name="env"]',
  message: 'The environment is read in libs/config alone; take what you need as injected settings.',
};

const BATCHED = {
  selector: "CallExpression[callee.property.name=/^findUnique/][callee.object.object.property.name='client']",
  message: 'Prisma makes one statement of several of these, of whichever requests: use findFirst.',
};

/** `libs never import apps`, and the like: [files, patterns they must not import, why]. */
const BOUNDARIES = [
  [['libs/**/*.ts'], [{ regex: '(^|/)apps/', message: 'apps import libs, never the other way.' }]],
  [
    ['libs/media/**/*.ts'],
    [
      { regex: '(^|/)apps/', message: 'apps import libs, never the other way.' },
      {
        regex: '^(#libs/|@nestjs/|@prisma/|pg$|bullmq$|ioredis$|@aws-sdk/)',
        message: 'libs/media is pure: files in, files and facts out.',
      },
      {
        regex: '^(\\.\\./)+(config|database|queue|storage|telemetry|events)/',
        message: 'libs/media is pure: files in, files and facts out.',
      },
    ],
  ],
];

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      'dist/',
      'coverage/',
      '.data/',
      'libs/database/generated/',
      'apps/web/src/api/generated/',
      'bench/results/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.{mjs,cjs}'],
    languageOptions: { globals: NODE_GLOBALS },
    rules: {
      'max-lines': ['error', 300],
      eqeqeq: 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['error', 300],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // File names are checked for such characters.
      'no-control-regex': 'off',
      'no-console': 'error',
      'no-restricted-syntax': ['error', ENVIRONMENT],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // An implementation of an asynchronous interface may have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // Code points are what is wanted.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // Nest's options are classes that nobody instantiates.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Its successor, Error.isError, is not in Node 20.
      '@typescript-eslint/no-deprecated': ['error', { allow: ['isNativeError'] }],
      // Nest's modules are classes without members.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allow: ['Error', 'URL', 'URLSearchParams'] },
      ],
      '@typescript-eslint/no-confusing-void-expression': 'off',
    },
  },
  ...BOUNDARIES.map(([files, patterns]) => ({
    files,
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  })),
  {
    files: ['**/index.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'Program', message: 'No index files: import from the file that has it.' },
      ],
    },
  },
  {
    files: ['apps/web/**/*.{ts,tsx}'],
    rules: {
      // React does not wait for what a handler of an event gives back; errors reach the page through mutations.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '(#libs/|/libs/|apps/(api|worker))', message: 'The console knows the public API alone.' },
          ],
        },
      ],
    },
  },
  {
    files: ['apps/api/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: { 'no-restricted-syntax': ['error', ENVIRONMENT, BATCHED] },
  },
  // A language is one file.
  { files: ['apps/web/src/words/*.ts'], rules: { 'max-lines': 'off' } },
  { files: ['**/*.d.ts'], rules: { 'no-var': 'off' } },
  { files: ['libs/config/**/*.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: COMMANDS, rules: { 'no-console': 'off' } },
  {
    files: TESTS,
    rules: {
      'max-lines': ['error', 450],
      'no-restricted-syntax': 'off',
      'no-restricted-imports': 'off',
      'no-console': 'off',
      // jest's matchers, as in toMatchObject({ id: expect.any(String) }), are of type any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
);
