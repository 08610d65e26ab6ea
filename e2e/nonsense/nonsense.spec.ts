import { expect, it } from '@jest/globals';
import { testServerUrl } from '@bff/testing';
import { runNonsense } from '../../tools/nonsense/run.js';

/** `npm run test:nonsense` sends any number of requests, with any seed. */
it('every process answers any invalid request with a documented code, and logs no bug', async () => {
  const { sent, wrong, logged } = await runNonsense({ seed: 3, requests: 400, databaseServer: testServerUrl() });
  expect([...sent.values()].reduce((sum, count) => sum + count, 0)).toBe(400);
  // Every entry point got requests.
  expect(sent.size).toBe(17);
  expect({ wrong, logged }).toEqual({ wrong: [], logged: [] });
}, 180_000);
