import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ordinary from './jest.config.js';

// Workers inherit it: with it, every document that a scenario asks for is trusted, and is asked for by its hash.
process.env.TRUSTED_DOCUMENTS ??= mkdtempSync(join(tmpdir(), 'bff-trusted-'));

/** What asks the BFF: the same tests once more, over the short way of trusted documents. */
export default {
  ...ordinary,
  roots: [
    ...['<rootDir>/apps/bff', '<rootDir>/e2e/pages', '<rootDir>/e2e/scenarios', '<rootDir>/e2e/create-order'],
    ...['<rootDir>/e2e/cancel-order', '<rootDir>/e2e/timeline'],
  ],
};
