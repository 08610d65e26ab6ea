import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '@bff/testing';
import { BFF_SCRIPT, BFF_START } from '../../tools/stack/bff-start.js';
import { findProjectRoot } from '../../tools/stack/project.js';
import { settle } from '../../tools/stack/stack.settings.js';
import { buildTopology } from '../../tools/stack/stack.topology.js';

const file = join(findProjectRoot(), 'dist', BFF_SCRIPT);
const dataDir = useTemporaryFolder('start');

describe('the BFF', () => {
  it.each([1, 2] as const)('is started with its settings of Node, when there are %i', async (replicas) => {
    const specs = buildTopology(await settle({ dataDir, ports: 'free', replicas }, {}), false);
    const started = specs.filter(({ name }) => name.startsWith('bff'));
    expect(started).toHaveLength(replicas);
    for (const { args, env } of started) {
      expect(args).toEqual(['--enable-source-maps', ...BFF_START.options, file]);
      expect(env).toMatchObject(BFF_START.env);
    }
  });

  it('is one file of Latin letters, which take half the memory of others', () => {
    const text = readFileSync(file);
    expect(text.findIndex((byte) => byte > 0x7f)).toBe(-1);
    expect(text.length).toBeGreaterThan(0);
  });
});
