import { Controller, Inject, Res, ServiceUnavailableException } from '@nestjs/common';
import { ContractViolation } from '@bff/contracts';
import type { AnswerOf, CheckedRequest } from '@bff/contracts';
import { Rejection } from '@bff/kernel';
import { EngineUnavailable, NotWaiting, SagaClient } from '@bff/saga-client';
import { decodeCursor, encodeCursor, Input, Operation } from '@bff/service';
import type { OpenTimeline, PositionedFact, SearchCursor } from '@bff/timeline';
import type { FastifyReply } from 'fastify';
import { MismatchWatch } from '../mismatch-watch.js';
import { TIMELINE } from '../timeline.token.js';
import { toSagaEvent, toSagaOverview } from './wire.js';

const MAX_FACTS_PER_RESPONSE = 1_000;

/** Why no decision reaches a saga whose code does not match. */
const CODE_MISMATCH_MESSAGE =
  'No decision reaches this saga: its code was changed without a new version, and does not match its journal. Deploy the code that it began with. The saga then continues by itself, and can be decided again if it needs to be.';

/** The API of sagas: their projection, their facts, and the decisions of operators. */
@Controller()
export class SagasController {
  constructor(
    @Inject(TIMELINE) private readonly timeline: OpenTimeline,
    private readonly sagas: SagaClient,
    private readonly mismatches: MismatchWatch,
  ) {}

  @Operation('orchestrator', 'searchSagas')
  async searchSagas(
    @Input() { query }: CheckedRequest<'orchestrator', 'searchSagas'>,
  ): Promise<AnswerOf<'orchestrator', 'searchSagas'>> {
    const { first = 20, after, beganBefore, beganAfter, ...search } = query;
    const times = { beganBefore: parseTime(beganBefore), beganAfter: parseTime(beganAfter) };
    const found = await this.timeline.reader.search({ ...search, ...times }, first + 1, parseCursor(after));
    const items = found.slice(0, first);
    const last = items.at(-1);
    const more = found.length > first && last !== undefined;
    const nextCursor = more ? encodeCursor([String(last.began_at), last.saga, last.id]) : null;
    return { items: items.map(toSagaOverview), nextCursor };
  }

  @Operation('orchestrator', 'getSaga')
  async getSaga(
    @Input() { path: { saga, id } }: CheckedRequest<'orchestrator', 'getSaga'>,
  ): Promise<AnswerOf<'orchestrator', 'getSaga'>> {
    const projection = await this.timeline.reader.findSaga(saga, id);
    if (!projection) return { saga: null, facts: [] };
    const facts = await this.timeline.reader.readDigest(saga, id, 0);
    return { saga: toSagaOverview(projection), facts: facts.map(toSagaEvent) };
  }

  @Operation('orchestrator', 'getFacts')
  async getFacts(
    @Input() { path: { saga, id }, query }: CheckedRequest<'orchestrator', 'getFacts'>,
    @Res({ passthrough: true }) { raw }: FastifyReply,
  ): Promise<AnswerOf<'orchestrator', 'getFacts'>> {
    const { afterPosition = 0, waitMs = 0 } = query;
    const disconnected = new AbortController();
    raw.once('close', () => disconnected.abort());
    const items = await this.waitForFacts(saga, id, { afterPosition, waitMs, signal: disconnected.signal });
    const projection = await this.timeline.reader.findSaga(saga, id);
    return { subject: projection?.subject ?? null, items: items.map(toSagaEvent) };
  }

  @Operation('orchestrator', 'decideSaga')
  async decideSaga(
    @Input() { path: { saga, id }, body }: CheckedRequest<'orchestrator', 'decideSaga'>,
  ): Promise<AnswerOf<'orchestrator', 'decideSaga'>> {
    const { action, result = null, by, why } = body;
    if (await this.mismatches.isMismatched(saga, id)) throw new Rejection('NOT_WAITING', CODE_MISMATCH_MESSAGE);
    try {
      await this.sagas.decide({ name: saga }, id, { action, result, by, why });
    } catch (error) {
      if (error instanceof NotWaiting) throw new Rejection('NOT_WAITING', error.message);
      if (error instanceof EngineUnavailable) throw new ServiceUnavailableException(error.message);
      throw error;
    }
    return { accepted: true };
  }

  /** The facts after a position; waits for them as long as the caller does. */
  private async waitForFacts(
    saga: string,
    id: string,
    ask: { readonly afterPosition: number; readonly waitMs: number; readonly signal: AbortSignal },
  ): Promise<PositionedFact[]> {
    const until = performance.now() + ask.waitMs;
    for (;;) {
      // Listening starts before reading: a fact that is stored between the two is not missed.
      const stop = new AbortController();
      const left = until - performance.now();
      const newFacts = this.timeline.listener.waitForFacts(
        saga,
        id,
        Math.max(0, left),
        AbortSignal.any([ask.signal, stop.signal]),
      );
      const facts = await this.timeline.reader.readDigest(saga, id, ask.afterPosition, MAX_FACTS_PER_RESPONSE);
      if (facts.length > 0 || left <= 0 || ask.signal.aborted) {
        stop.abort();
        return facts;
      }
      await newFacts;
    }
  }
}

function parseTime(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}

function parseCursor(cursor: string | undefined): SearchCursor | undefined {
  if (cursor === undefined) return undefined;
  const [text = '', saga = '', id = ''] = decodeCursor(cursor, 3);
  const beganAt = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(beganAt))
    throw new ContractViolation('query.after is not a cursor that a page of this list gave out');
  return { beganAt, saga, id };
}
