import base from './jest.config.js';

/** Tests in a real browser: a command of their own, so that `npm test` needs none. */
/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['**/*.browser-spec.ts'],
  maxWorkers: 1,
};
