import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BAGGAGE, writeBaggage } from '@bff/kernel';
import { Stage } from '../rehearsals/rehearsal.js';
import type { SagaRehearsal } from '../rehearsals/rehearsal.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

async function requestCategories(t: SagaRehearsal, step?: Readonly<Record<string, string>>): Promise<number> {
  const more = step ? `,${writeBaggage(step)}` : '';
  const response = await fetch(`${stage.fakes.urls.catalog}/categories`, { headers: { baggage: t.baggage + more } });
  await response.text();
  return response.status;
}

describe('the newest rule', () => {
  it('wins over an older fault when it says that nothing happens', () =>
    stage.run('ok beats a fault', async (t) => {
      t.catalog.listCategories.fail({ status: 503 });
      expect(await requestCategories(t)).toBe(503);
      t.catalog.listCategories.fail('ok');
      expect(await requestCategories(t)).toBe(200);
    }));

  it('wins when its faults are over, too', () =>
    stage.run('faults that are over', async (t) => {
      t.catalog.listCategories.fail({ status: 503 });
      expect(await requestCategories(t)).toBe(503);
      t.catalog.listCategories.fail({ status: 502 }, 'ok');
      expect([await requestCategories(t), await requestCategories(t), await requestCategories(t)]).toEqual([
        502, 200, 200,
      ]);
    }));

  it('gives way to the older one when it was for one request', () =>
    stage.run('once', async (t) => {
      t.catalog.listCategories.fail({ status: 503 });
      t.catalog.listCategories.once.fail('ok');
      expect([await requestCategories(t), await requestCategories(t)]).toEqual([200, 503]);
    }));
});

describe('a step', () => {
  const doing = { [BAGGAGE.step]: 'look', [BAGGAGE.direction]: 'do' };
  const undoing = { ...doing, [BAGGAGE.direction]: 'undo' };

  it('heals without its undo, and the other way round', () =>
    stage.run('a healed step', async (t) => {
      t.step('look').fail({ status: 502 });
      t.step('look').undo.fail({ status: 503 });
      expect([await requestCategories(t, doing), await requestCategories(t, undoing)]).toEqual([502, 503]);
      t.step('look').heal();
      expect([await requestCategories(t, doing), await requestCategories(t, undoing)]).toEqual([200, 503]);
      t.step('look').undo.heal();
      expect(await requestCategories(t, undoing)).toBe(200);
    }));
});

describe('a stub with a status that no answer has', () => {
  it.each([99, 100, 204, 302, 600, 1_000, 400.5])('is refused where it is written: %d', (status) =>
    stage.run('a status', (t) => {
      const { listCategories } = t.catalog;
      // The compiler refuses a status that the contract does not name; a test in another language has no compiler.
      const reply = listCategories.reply.bind(listCategories) as (status: number, body: object) => void;
      const problem = { code: 'INTERNAL', message: '' };
      const why = `catalog.listCategories cannot answer ${status} like this: listCategories answers ${status}, which it does not declare: expected 200, 400 to 599`;
      expect(() => reply(status, problem)).toThrow(why);
      expect(() => reply(status, () => problem)).toThrow(why);
    }),
  );
});
