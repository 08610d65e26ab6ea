import { describe, expect, it } from '@jest/globals';
import { createOrderId, sendTenConcurrently, undone } from './participant-suite.bench.js';
import type { ParticipantBench } from './participant-suite.bench.js';

/** The second and third duty: an undo always succeeds, and wins over everything that arrives later. */
export function describeUndoing(bench: ParticipantBench): void {
  const { undo } = bench;
  if (!undo) return;
  describe(`the ${bench.service} service, undoing ${bench.act}`, () => {
    it('accepts the undo of something that was never done, and refuses it when it arrives later', async () => {
      const { id, key, before } = await bench.fresh();
      expect((await undo(id)).status).toBe(200);
      expect(await bench.do(id, key)).toEqual(undone);
      expect(await bench.do(id, key)).toEqual(undone);
      expect(await bench.ledger()).toEqual(before);
    });

    it('gives everything back, and may be asked again under the same key and under another', async () => {
      const { id, key, before } = await bench.fresh();
      await bench.do(id);
      const first = await undo(id, key);
      expect(first.status).toBe(200);
      expect(await bench.ledger()).toEqual(before);
      expect(await undo(id, key)).toEqual(first);
      expect((await undo(id)).status).toBe(200);
      expect(await bench.ledger()).toEqual(before);
    });

    it('refuses a late duplicate of what was undone', async () => {
      const { id, key, before } = await bench.fresh();
      await bench.do(id, key);
      await undo(id);
      expect(await bench.do(id, key)).toEqual(undone);
      expect(await bench.do(id)).toEqual(undone);
      expect(await bench.ledger()).toEqual(before);
    });

    it('gives back a single time when ten undos are concurrent', async () => {
      const { id, key, before } = await bench.fresh();
      await bench.do(id);
      await sendTenConcurrently(() => undo(id, key));
      expect(await bench.ledger()).toEqual(before);
    });

    it('holds nothing from the moment the undo is answered, however the two race', async () => {
      const { before } = await bench.fresh();
      for (let round = 0; round < 20; round++) {
        const id = createOrderId();
        const later = Array.from({ length: round % 4 }, () => bench.do(id));
        const undoing = undo(id).then(async ({ status }) => ({ status, held: await bench.ledger() }));
        const answers = await Promise.all([...later, bench.do(id)]);
        expect(await undoing).toEqual({ status: 200, held: before });
        for (const answer of answers) if (answer.status !== 200) expect(answer).toEqual(undone);
        expect(await bench.do(id)).toEqual(undone);
        expect(await bench.ledger()).toEqual(before);
      }
    });
  });
}
