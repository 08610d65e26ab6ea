import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { createDeployment, readVersion } from '../support/deploy.js';

describe('the version that a deployment begins with', () => {
  it('is the one of the story, without a number that has to be kept beside it', () => {
    // Its journals are stored by version, a file each.
    const stored = readdirSync('apps/orchestrator/src/sagas/create-order/journals');
    const deployment = createDeployment();
    expect(
      stored
        .map((file) => Number(/\d+/.exec(file)?.[0]))
        .sort()
        .at(-1),
    ).toBe(deployment.now);
    deployment.remove();
  });

  it('is read from the code of the story, which says it once', () => {
    expect(readVersion('saga({ ...head, version: 17, deadline })')).toBe(17);
    expect(() => readVersion('saga({ ...head })')).toThrow('it must say its version once');
    expect(() => readVersion('saga({ version: 1 }, { version: 2 })')).toThrow('it must say its version once');
  });
});
