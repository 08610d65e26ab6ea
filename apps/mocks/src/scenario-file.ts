import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { ConfigError } from '@bff/config';
import { checkSeed, emptySeed, createNorthwindSeed, shopSeed, mergeSeeds } from '@bff/fakes';
import type { PartialSeed, Scope, Seed } from '@bff/fakes';
import { ruleBody, setRule } from './rule.js';
import { z } from 'zod';

const list = z.array(z.record(z.string(), z.unknown())).optional();

/** The initial data of scopes: entities for the fakes, and stubs. The contracts define the entities. */
const scenarioFile = z.strictObject({
  seed: z
    .strictObject({
      catalog: z.strictObject({ categories: list, products: list }).optional(),
      customer: z.strictObject({ customers: list, payments: list }).optional(),
      order: z.strictObject({ orders: list }).optional(),
    })
    .optional(),
  stubs: z.array(z.strictObject({ operation: z.string(), rule: ruleBody })).optional(),
});

/** The parts of a scenario file. A stub names its operation as `catalog.getProducts`. */
export type ScenarioFile = z.output<typeof scenarioFile>;

/** The initial data of every scope. */
export interface InitialData {
  readonly seed: Seed;
  readonly stubs: NonNullable<ScenarioFile['stubs']>;
}

/** Reads the initial data of scopes, by the name of a seed or of a file. Throws ConfigError. */
export function readInitialData(name: string): InitialData {
  if (name === 'northwind') return { seed: createNorthwindSeed(), stubs: [] };
  if (name === 'shop') return { seed: shopSeed, stubs: [] };
  if (name === 'none') return { seed: emptySeed, stubs: [] };
  try {
    const { seed, stubs } = parseScenarioFile(JSON.parse(readFileSync(name, 'utf8')));
    return { seed: mergeSeeds(emptySeed, seed), stubs };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`MOCKS_SEED="${name}" cannot be used: ${why}`);
  }
}

/** Reads a seed as it comes over the wire. Throws TypeError or ContractViolation. */
export function readSeed(value: unknown): PartialSeed {
  return parseScenarioFile({ seed: value }).seed;
}

/** Adds the stubs of a file to a new scope. */
export function applyStubs(scope: Scope, { stubs }: InitialData): void {
  for (const { operation, rule } of stubs) setRule(scope, operation, rule);
}

/** Writes a file atomically. */
export function writeScenarioFile(file: string, content: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(content, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}

function parseScenarioFile(value: unknown): { readonly seed: PartialSeed; readonly stubs: InitialData['stubs'] } {
  const parsed = scenarioFile.safeParse(value);
  if (!parsed.success) throw new TypeError(z.prettifyError(parsed.error));
  // The lists are checked against the contracts, which say the rest.
  const seed = (parsed.data.seed ?? {}) as unknown as PartialSeed;
  checkSeed(seed);
  return { seed, stubs: parsed.data.stubs ?? [] };
}
