import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AnswerOf } from '@bff/contracts';
import { createPageDownstreams, createStepPolicies } from '@bff/downstreams';
import type { PageDownstreams } from '@bff/downstreams';
import type { SagaFact, SagaIdentity } from '@bff/saga';
import { SagaClient } from '@bff/saga-client';
import { AnswerCheckInterceptor, ProblemFilter } from '@bff/service';
import { createTestDatabase } from '@bff/testing';
import { openTimeline } from '@bff/timeline';
import type { OpenTimeline } from '@bff/timeline';
import { MismatchWatch } from '../mismatch-watch.js';
import { TIMELINE } from '../timeline.token.js';
import { SagasController } from './sagas.controller.js';

class ApiModule {}

/** Nothing listens there: these tests use the timelines alone. */
const NOWHERE = 'http://127.0.0.1:1';

let timeline: OpenTimeline;
let app: NestFastifyApplication;
let orchestrator: PageDownstreams['orchestrator'];
beforeAll(async () => {
  timeline = await openTimeline(await createTestDatabase(), () => undefined);
  const providers = [
    { provide: TIMELINE, useValue: timeline },
    // Used by decisions alone.
    { provide: MismatchWatch, useValue: {} },
    { provide: SagaClient, useValue: new SagaClient(NOWHERE) },
  ];
  const module = { module: ApiModule, controllers: [SagasController], providers };
  app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter()).useGlobalInterceptors(new AnswerCheckInterceptor());
  await app.listen(0, '127.0.0.1');
  const services = { CATALOG_URL: NOWHERE, CUSTOMER_URL: NOWHERE, ORDER_URL: NOWHERE };
  const config = { ...services, ORCHESTRATOR_API_URL: await app.getUrl() };
  ({ orchestrator } = createPageDownstreams(config, createStepPolicies(10_000)));
});
afterAll(async () => {
  await app.close();
  await timeline.close();
});

const started = (at: number): SagaFact => ({
  key: '00001',
  kind: 'STARTED',
  at,
  step: null,
  stepKind: null,
  direction: null,
  result: null,
  ms: null,
  error: null,
  can: null,
  decision: null,
  outcome: null,
});

const LAST_MOMENT = Date.parse('9999-12-31T23:59:59.999Z');

it('every cursor of a page of sagas is accepted, whatever their names, ids and times are', async () => {
  const names = ['S', 'S'.repeat(64), `S${' 9'.repeat(31)}`];
  const ids = ['0', '...', '_:.-', 'x'.repeat(64), '-'.repeat(64)];
  const sagas: readonly SagaIdentity[] = names.flatMap((saga) =>
    [0, 1, 1_700_000_000_000, LAST_MOMENT].flatMap((at) =>
      ids.map((id) => ({ saga, sagaId: `${at}${id}`.slice(0, 64), version: 1, subject: String(at) })),
    ),
  );
  await Promise.all(sagas.map((saga) => timeline.writer.record(saga, [started(Number(saga.subject))])));
  const seen: AnswerOf<'orchestrator', 'searchSagas'>['items'][number][] = [];
  for (let after: string | null | undefined; after !== null;) {
    const page = await orchestrator.searchSagas({ first: 1, ...(after !== undefined && { after }) });
    seen.push(...page.items);
    after = page.nextCursor;
  }
  const placeOf = (saga: string, id: string) => `${saga} ${id}`;
  expect(seen.map(({ saga, id }) => placeOf(saga, id)).toSorted()).toEqual(
    sagas.map(({ saga, sagaId }) => placeOf(saga, sagaId)).toSorted(),
  );
});
