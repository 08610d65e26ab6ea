import { expect, it } from '@jest/globals';
import { testServerUrl } from '@bff/testing';
import { runNonsense } from '../../tools/nonsense/run.js';

/** `npm run test:nonsense` sends as much of it as one likes, with any seed. */
it('whatever a client sends to any door of any process, it is told a code that is documented, and no bug is logged', async () => {
  const { sent, wrong, logged } = await runNonsense({ seed: 3, requests: 400, databaseServer: testServerUrl() });
  expect([...sent.values()].reduce((sum, count) => sum + count, 0)).toBe(400);
  // Every door was tried.
  expect(sent.size).toBe(17);
  expect({ wrong, logged }).toEqual({ wrong: [], logged: [] });
}, 180_000);
