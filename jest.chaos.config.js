import base from './jest.config.js';

/** A small run of chaos: a command of its own, because it leaves a machine no time for anything else. */
/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['**/*.chaos-spec.ts'],
  maxWorkers: 1,
};
