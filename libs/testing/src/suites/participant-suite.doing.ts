import { describe, expect, it } from '@jest/globals';
import { createOrderId, keyReused, sendTenConcurrently } from './participant-suite.bench.js';
import type { ParticipantBench } from './participant-suite.bench.js';

/** The first duty: the same key with the same request gets the same answer and moves nothing. */
export function describeDoing(bench: ParticipantBench): void {
  const { undo, finish } = bench;
  // How much one moves is known by undoing it.
  const whereUndone = undo ? it : () => undefined;
  describe(`the ${bench.service} service, doing ${bench.act}`, () => {
    it('answers the same request under the same key the same, and moves nothing', async () => {
      const { id, key, before } = await bench.fresh();
      const first = await bench.do(id, key);
      const after = await bench.ledger();
      expect(first.status).toBe(200);
      expect(after).not.toEqual(before);
      expect(await bench.do(id, key)).toEqual(first);
      expect(await bench.ledger()).toEqual(after);
    });

    it('refuses a key that came with another body, about another order or for another write', async () => {
      const { id, key } = await bench.fresh();
      await bench.do(id, key);
      const after = await bench.ledger();
      expect(await bench.do(id, key, bench.otherBody)).toEqual(keyReused);
      expect(await bench.do(createOrderId(), key)).toEqual(keyReused);
      if (finish) expect(await finish(id, key)).toEqual(keyReused);
      if (undo) expect(await undo(id, key)).toEqual(keyReused);
      expect(await bench.ledger()).toEqual(after);
    });

    it('keeps what was done when another key asks for the same, and rejects a different request', async () => {
      const { id } = await bench.fresh();
      const first = await bench.do(id);
      const after = await bench.ledger();
      expect(await bench.do(id)).toEqual(first);
      expect(await bench.do(id, undefined, bench.otherBody)).toEqual(bench.exists);
      expect(await bench.ledger()).toEqual(after);
    });

    whereUndone('applies ten concurrent deliveries a single time', async () => {
      const { id, key } = await bench.fresh();
      await bench.do(id);
      const afterOne = await bench.ledger();
      await undo?.(id);
      await sendTenConcurrently(() => bench.do(`${id}-again`, key));
      expect(await bench.ledger()).toEqual(afterOne);
    });

    it('does one of two different concurrent requests under one key', async () => {
      const { id, key } = await bench.fresh();
      const answers = await Promise.all([bench.do(id, key), bench.do(id, key, bench.otherBody)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
      expect(answers).toContainEqual(keyReused);
    });

    whereUndone('does one of ten concurrent orders under one key', async () => {
      const { id, key } = await bench.fresh();
      await bench.do(id);
      const afterOne = await bench.ledger();
      await undo?.(id);
      const answers = await Promise.all(Array.from({ length: 10 }, () => bench.do(createOrderId(), key)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status !== 200)).toEqual(Array.from({ length: 9 }, () => keyReused));
      expect(await bench.ledger()).toEqual(afterOne);
    });

    it('refuses every write without an Idempotency-Key, and moves nothing', async () => {
      const { id, before } = await bench.fresh();
      const badRequest = {
        status: 400,
        body: { code: 'BAD_REQUEST', message: expect.stringContaining('idempotency-key') },
      };
      expect(await bench.do(id, null)).toEqual(badRequest);
      if (undo) expect(await undo(id, null)).toEqual(badRequest);
      if (finish) expect(await finish(id, null)).toEqual(badRequest);
      expect(await bench.ledger()).toEqual(before);
    });
  });
}

/** The fourth duty: a rejection is a response like any other, and leaves nothing. */
export function describeRejecting(bench: ParticipantBench): void {
  const { undo, refused } = bench;
  if (!refused) return;
  describe(`the ${bench.service} service, rejecting ${bench.act}`, () => {
    it('names the reason, repeats it under the same key, and changes nothing', async () => {
      const { id, key, before } = await bench.fresh();
      const first = await bench.do(id, key, refused.body);
      expect(first).toEqual(refused.answer);
      expect(await bench.do(id, key, refused.body)).toEqual(first);
      expect(await bench.ledger()).toEqual(before);
    });

    it('may grant the same order something else under another key', async () => {
      const { id } = await bench.fresh();
      await bench.do(id, undefined, refused.body);
      expect((await bench.do(id)).status).toBe(200);
    });

    if (!undo) return;
    it('accepts the undo of what it rejected', async () => {
      const { id, key, before } = await bench.fresh();
      await bench.do(id, key, refused.body);
      expect((await undo(id)).status).toBe(200);
      expect(await bench.ledger()).toEqual(before);
    });
  });
}
