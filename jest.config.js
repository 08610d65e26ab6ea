import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));

const rootDir = import.meta.dirname;

/** What every project has in common. Jest takes these options from a project, and never from the config around it. */
const project = {
  rootDir,
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools', '<rootDir>/e2e', '<rootDir>/bench'],
  // Other people's gateways, with packages of their own.
  modulePathIgnorePatterns: ['<rootDir>/bench/peers/'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, swcrc: false }] },
  moduleNameMapper: {
    '^@bff/([a-z-]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  globalSetup: '<rootDir>/dist/libs/testing/src/global-setup.js',
  globalTeardown: '<rootDir>/dist/libs/testing/src/global-teardown.js',
};

/**
 * One config with a project for each command: `npm test`, `npm run test:trusted`, `test:chaos` and `test:browser` select
 * theirs with --selectProjects. That option takes every word after it up to the next option, so each command names another
 * option behind it, so that a path can follow.
 */
/** @type {import('jest').Config} */
export default {
  rootDir,
  projects: [
    { ...project, displayName: 'default' },
    {
      ...project,
      // The tests that send requests to the BFF, again, over the fast path of trusted documents.
      displayName: 'trusted',
      roots: [
        '<rootDir>/apps/bff',
        '<rootDir>/e2e/pages',
        '<rootDir>/e2e/scenarios',
        '<rootDir>/e2e/create-order',
        '<rootDir>/e2e/cancel-order',
        '<rootDir>/e2e/timeline',
      ],
      globalSetup: '<rootDir>/dist/libs/testing/src/global-setup-trusted.js',
    },
    // A small run of chaos: it leaves a machine no time for anything else.
    { ...project, displayName: 'chaos', testMatch: ['**/*.chaos-spec.ts'] },
    // In a real browser, which the other commands do not need.
    { ...project, displayName: 'browser', testMatch: ['**/*.browser-spec.ts'] },
  ],
  // The rest is global: jest ignores it in a project. For chaos and browser the command says one worker.
  maxWorkers: 2,
  // Of tests that run concurrently in one file: they wait more than they work.
  maxConcurrency: 16,
  // One e2e file grows the heap by about 25 MB: a worker is replaced before that adds up.
  workerIdleMemoryLimit: '600MB',
  testTimeout: 30_000,
};
