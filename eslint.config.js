import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { VERB_FIRST } from './tools/conventions/verb-first.js';

/** Code that runs in tests only: specs, what serves them, and the suites that specs are made of. */
const TEST_CODE = ['**/*.spec.ts', '**/*.fixture.ts', 'libs/testing/src/**', 'e2e/**'];

/** Core rules that find bugs which neither the compiler nor typescript-eslint sees. */
const FIND_BUGS = [
  'eqeqeq',
  'no-async-promise-executor',
  'no-case-declarations',
  'no-cond-assign',
  'no-constant-binary-expression',
  'no-constant-condition',
  'no-control-regex',
  'no-debugger',
  'no-dupe-else-if',
  'no-duplicate-case',
  'no-empty',
  'no-empty-character-class',
  'no-empty-pattern',
  'no-irregular-whitespace',
  'no-loss-of-precision',
  'no-misleading-character-class',
  'no-prototype-builtins',
  'no-self-assign',
  'no-self-compare',
  'no-sparse-arrays',
  'no-unsafe-finally',
  'no-unsafe-optional-chaining',
  'no-unused-labels',
  'no-useless-backreference',
  'no-useless-catch',
  'no-useless-escape',
  'preserve-caught-error',
  'use-isnan',
];
const findBugs = Object.fromEntries(FIND_BUGS.map((name) => [name, 'error']));

/** Patterns that are not the style of the house, and what to write instead. */
const EVERYWHERE = [
  {
    selector:
      'ObjectExpression > SpreadElement > ObjectExpression, ArrayExpression > SpreadElement > ArrayExpression, ArrayExpression > SpreadElement > TSAsExpression > ArrayExpression',
    message: 'Write the properties or elements themselves: this spread only saves lines.',
  },
  { selector: 'ExportAllDeclaration', message: 'A door lists what it lets through: export by name.' },
  {
    selector: 'MethodDefinition[kind="constructor"] > FunctionExpression[params.length>5]',
    message: 'More than five things injected into one class: it does more than one thing.',
  },
  {
    selector: 'MemberExpression[object.name=/^(describe|it|test)$/][property.name="only"]',
    message: 'The other tests would not run any more.',
  },
];
const IN_LIBS = [
  ...EVERYWHERE,
  { selector: 'ExportDefaultDeclaration', message: 'One thing, one name, wherever it is used: export it by name.' },
];

export default defineConfig(
  // Generated from the OpenAPI documents, in the generator's style.
  globalIgnores(['dist/', 'coverage/', '.data/', 'libs/contracts/src/generated/']),
  {
    linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' },
    rules: {
      ...findBugs,
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'] }],
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      // It leaves files with decorators alone: there Nest needs the classes that it injects at run time.
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-imports': [
        'error',
        ...['process', 'node:process'].map((name) => ({ name, message: 'Use the global process.' })),
      ],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Configuration is read once, by readConfig of @bff/config, and handed on as a typed value.',
        },
      ],
      'no-restricted-syntax': ['error', ...EVERYWHERE],

      // Where the presets are stricter than is of use here:
      // Nest makes modules of empty classes; they are but a name for the container.
      '@typescript-eslint/no-extraneous-class': ['error', { allowEmpty: true, allowWithDecorator: true }],
      // `() => done()` and `return reply(...)` where both return nothing hide nothing.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // It refuses Promise.withResolvers<void>().
      '@typescript-eslint/no-invalid-void-type': 'off',
      // Data are plain objects; that GraphQL's models and Nest's options are classes is for their decorators alone.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // A leading _ says that the place is needed and the value is not.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      // Numbers read in a text as they are written in code; bigints and booleans, too.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    },
  },
  {
    files: ['libs/**/*.ts'],
    // jest calls the default export of its global set-up and tear-down.
    ignores: ['libs/testing/src/global-*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...IN_LIBS] },
  },
  {
    files: ['libs/**/*.ts'],
    // Builders that read as data: the variables of a configuration, and the steps of a saga.
    ignores: [...TEST_CODE, 'libs/config/src/config.ts', 'libs/saga/src/core/saga.ts', 'libs/saga/src/core/step.ts'],
    rules: { 'no-restricted-syntax': ['error', ...IN_LIBS, ...VERB_FIRST] },
  },
  {
    files: ['apps/**/*.ts', 'apps/**/*.tsx', 'tools/**/*.ts', 'bench/**/*.ts'],
    ignores: TEST_CODE,
    rules: { 'no-restricted-syntax': ['error', ...EVERYWHERE, ...VERB_FIRST] },
  },
  {
    files: ['libs/config/src/**', 'tools/**', 'bench/**', ...TEST_CODE],
    // libs/config reads the environment for all; tools, benches and tests hand theirs on to the processes that they start.
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: TEST_CODE,
    rules: {
      // A describe is a function as long as its tests, and a spec as long as what it specifies.
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': 'off',
      // What came over the wire, or out of a database, is what the test is about to check.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      // It does not see that a callback changes the variable that the test waits for.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Worlds of a few functions are taken apart in the signature of a test.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
