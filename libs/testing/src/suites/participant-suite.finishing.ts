import { describe, expect, it } from '@jest/globals';
import { createOrderId, sendTenConcurrently, undone } from './participant-suite.bench.js';
import type { ParticipantBench } from './participant-suite.bench.js';

/** What comes after the point of no return: once, and never together with an undo. */
export function describeFinishing(bench: ParticipantBench): void {
  const { finish, undo } = bench;
  if (!finish) return;
  describe(`the ${bench.service} service, making ${bench.act} final`, () => {
    it('does so once, under the same key and under another', async () => {
      const { id, key } = await bench.fresh();
      await bench.do(id);
      const first = await finish(id, key);
      const after = await bench.ledger();
      expect(first.status).toBe(200);
      expect(await finish(id, key)).toEqual(first);
      expect(await finish(id)).toEqual(first);
      expect(await bench.ledger()).toEqual(after);
    });

    it('does so once when ten deliveries are concurrent, under one key or under ten', async () => {
      const { id, key } = await bench.fresh();
      await bench.do(id);
      const held = await bench.ledger();
      const first = await sendTenConcurrently(() => finish(id, key));
      const after = await bench.ledger();
      expect(after).not.toEqual(held);
      expect(await sendTenConcurrently(() => finish(id))).toEqual(first);
      expect(await bench.ledger()).toEqual(after);
    });

    it('lets it be neither undone nor done again', async () => {
      const { id, key } = await bench.fresh();
      const done = await bench.do(id, key);
      await finish(id);
      const after = await bench.ledger();
      if (undo) expect(await undo(id)).toEqual(bench.tooLate);
      expect(await bench.do(id, key)).toEqual(done);
      expect((await bench.do(id)).status).toBe(200);
      expect(await bench.ledger()).toEqual(after);
    });

    it('is refused when nothing was done, and after an undo', async () => {
      const { id, key, before } = await bench.fresh();
      expect(await finish(id)).toEqual(bench.missing);
      if (!undo) return;
      await bench.do(id);
      await undo(id);
      expect(await finish(id, key)).toEqual(undone);
      expect(await bench.ledger()).toEqual(before);
    });

    it('may be retried under the same key after a rejection, and succeeds once its cause is fixed', async () => {
      const { id, key } = await bench.fresh();
      expect(await finish(id, key)).toEqual(bench.missing);
      await bench.do(id);
      expect((await finish(id, key)).status).toBe(200);
    });

    if (!undo) return;
    it('is either final or undone, however the two race', async () => {
      for (let round = 0; round < 20; round++) {
        const { before } = await bench.fresh();
        const id = createOrderId();
        await bench.do(id);
        const racers = [() => finish(id), () => undo(id)];
        const answers = await Promise.all((round % 2 === 0 ? racers : racers.reverse()).map((send) => send()));
        const [final, undoing] = round % 2 === 0 ? answers : answers.reverse();
        if (final?.status === 200) expect(undoing).toEqual(bench.tooLate);
        else expect([final, undoing?.status, await bench.ledger()]).toEqual([undone, 200, before]);
      }
    });
  });
}
