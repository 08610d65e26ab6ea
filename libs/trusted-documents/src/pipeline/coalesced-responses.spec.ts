import { describe, expect, it } from '@jest/globals';
import { HangUp } from './client-disconnect.js';
import { SharedAnswers } from './coalesced-responses.js';

/** Operations that are answered when the test says so. */
function operations() {
  const begun: { readonly hangUp: HangUp; readonly answer: (text: string) => void }[] = [];
  const shared = new SharedAnswers<string>();
  return {
    begun,
    join: async (key: string, hangUp = new HangUp()): Promise<string> =>
      await shared.join(key, (until) => new Promise((answer) => begun.push({ hangUp: until, answer })), hangUp),
  };
}

describe('an operation that is shared', () => {
  it('is one for all who ask while it is in flight, and another one for who asks after its answer', async () => {
    const { begun, join } = operations();
    const both = Promise.all([join('a'), join('a')]);
    begun[0]?.answer('first');
    expect(await both).toEqual(['first', 'first']);
    const later = join('a');
    begun[1]?.answer('second');
    expect(await later).toBe('second');
    expect(begun).toHaveLength(2);
  });

  it('is another one for another key', () => {
    const { begun, join } = operations();
    void join('a');
    void join('b');
    expect(begun).toHaveLength(2);
  });

  it("is nobody else's when it is answered at once", async () => {
    const shared = new SharedAnswers<string>();
    expect(shared.join('a', () => 'at once', new HangUp())).toBe('at once');
    expect(await shared.join('a', () => Promise.resolve('later'), new HangUp())).toBe('later');
  });

  it('is given up when the last who waits for it has gone; who asks then gets one of their own', async () => {
    const { begun, join } = operations();
    const [one, two] = [new HangUp(), new HangUp()];
    const left = [join('a', one), join('a', two)];
    one.abort();
    expect(begun[0]?.hangUp.aborted).toBe(false);
    two.abort();
    expect(begun[0]?.hangUp.aborted).toBe(true);
    const later = join('a');
    begun[0]?.answer('too late');
    await Promise.all(left);
    const beside = join('a');
    begun[1]?.answer('later');
    expect(await Promise.all([later, beside])).toEqual(['later', 'later']);
    expect(begun).toHaveLength(2);
  });

  it('is given up at once for who has gone before', () => {
    const { begun, join } = operations();
    const gone = new HangUp();
    gone.abort();
    void join('a', gone);
    expect(begun[0]?.hangUp.aborted).toBe(true);
    void join('a');
    expect(begun).toHaveLength(2);
  });

  it('is not given up once it is answered', async () => {
    const { begun, join } = operations();
    const reader = new HangUp();
    const answer = join('a', reader);
    begun[0]?.answer('text');
    await answer;
    reader.abort();
    expect(begun[0]?.hangUp.aborted).toBe(false);
  });
});
