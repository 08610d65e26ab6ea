import { describe, expect, it } from '@jest/globals';
import { createOrderId, sendTenConcurrently, undone } from './participant-suite.bench.js';
import type { ParticipantBench } from './participant-suite.bench.js';

/** What takes back what was made final: once, however far it had come, and it wins over whatever arrives after it. */
export function describeRevoking(bench: ParticipantBench): void {
  const { revoke, finish, undo } = bench;
  if (!revoke) return;
  describe(`the ${bench.service} service, taking back ${bench.act}`, () => {
    it('gives back what was made final, once, under the same key and under another', async () => {
      const { id, key, before } = await bench.fresh();
      await bench.do(id);
      await finish?.(id);
      expect(await bench.ledger()).not.toEqual(before);
      const first = await revoke(id, key);
      expect(first.status).toBe(200);
      expect(await bench.ledger()).toEqual(before);
      expect(await revoke(id, key)).toEqual(first);
      expect((await revoke(id)).status).toBe(200);
      expect(await bench.ledger()).toEqual(before);
    });

    it('gives back a single time when ten are concurrent, under one key or under ten', async () => {
      const { id, key, before } = await bench.fresh();
      await bench.do(id);
      await finish?.(id);
      await sendTenConcurrently(() => revoke(id, key));
      expect(await bench.ledger()).toEqual(before);
      await sendTenConcurrently(() => revoke(id));
      expect(await bench.ledger()).toEqual(before);
    });

    it('gives back what was only done, and accepts what was never done or is undone', async () => {
      const { id, before } = await bench.fresh();
      const [never, over] = [createOrderId(), createOrderId()];
      await bench.do(id);
      await bench.do(over);
      await undo?.(over);
      for (const one of [id, never, over]) expect((await revoke(one)).status).toBe(200);
      expect(await bench.ledger()).toEqual(before);
    });

    it('refuses whatever arrives later, and lets an undo find nothing', async () => {
      const { id, key, before } = await bench.fresh();
      await bench.do(id, key);
      await finish?.(id);
      await revoke(id);
      expect(await bench.do(id, key)).toEqual(undone);
      expect(await bench.do(id)).toEqual(undone);
      if (finish) expect(await finish(id)).toEqual(undone);
      if (undo) expect((await undo(id)).status).toBe(200);
      expect(await bench.ledger()).toEqual(before);
    });

    it('leaves nothing, however it races with what makes it final and with what undoes it', async () => {
      const { before } = await bench.fresh();
      for (let round = 0; round < 20; round++) {
        const id = createOrderId();
        await bench.do(id);
        const racers = [finish, revoke, undo].flatMap((send) => (send ? [() => send(id)] : []));
        const first = round % racers.length;
        await Promise.all([...racers.slice(first), ...racers.slice(0, first)].map((send) => send()));
        expect(await bench.ledger()).toEqual(before);
      }
    });
  });
}
