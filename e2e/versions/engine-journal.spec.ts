import { describe, expect } from '@jest/globals';
import { scenarios } from '@bff/testing';
import { CreateOrder, twoMugs } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';
import type { StackWorld } from '../support/scenario.world.js';

let world: StackWorld;
const scenario = scenarios(async () => (world = await startScenarioWorld()));

async function ask<Row>(query: string): Promise<readonly Row[]> {
  const response = await fetch(`${world.stack.urls.engineAdmin}/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { readonly rows: readonly Row[] }).rows;
}

/** The commands of a saga that the engine has written down, and what it keeps of it. */
async function readJournal(orderId: string): Promise<{ readonly commands: string[]; readonly state: unknown[] }> {
  const commands = await ask<{ readonly entry_type: string; readonly name: string | null }>(
    `select j.entry_type, j.name from sys_journal j join sys_invocation i on i.id = j.id
     where i.target_service_name = 'CreateOrder' and i.target_service_key = '${orderId}'
       and i.target_handler_name = 'run' and j.entry_type like 'Command: %' order by j.index`,
  );
  const state = await ask<{ readonly key: string; readonly value_utf8: string }>(
    `select key, value_utf8 from state where service_name = 'CreateOrder' and service_key = '${orderId}'`,
  );
  return {
    commands: commands.map(({ entry_type: type, name }) => `${type.replace('Command: ', '')} ${name ?? ''}`.trim()),
    state: state.map(({ key, value_utf8: value }) => [key, Object.keys(JSON.parse(value) as object)]),
  };
}

describe("the engine's journal of a saga", () => {
  // Sagas in flight are resumed by the next build: it must write what this one wrote, or know both forms by the first entry.
  scenario('is written in the one form that every build knows', async (t) => {
    const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs({ waitMs: 20_000 }) });
    const written = await readJournal(data.createOrder.orderId);
    expect(written).toEqual({
      commands: [
        'Input',
        'Run begin',
        'SetState',
        // Part of the beginning, unless its answers took longer than a saga waits for them there.
        ...written.commands.filter((command) => command === 'Run verify the customer and the lines').slice(0, 1),
        'Run open the order',
        'Run reserve the stock',
        'Run authorise the payment',
        'Run check the terms again',
        'Run confirm the order',
        'Run capture the payment',
        'Run commit the stock',
        'Output',
      ],
      state: [['about', ['version', 'fingerprint', 'subject', 'invocation']]],
    });
  });
});
