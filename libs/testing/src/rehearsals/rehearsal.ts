import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll } from '@jest/globals';
import { createDownstreams, createStepPolicies, withOptions } from '@bff/downstreams';
import type { Downstreams } from '@bff/downstreams';
import { Fakes, shopSeed } from '@bff/fakes';
import type { FakesOptions, Scope } from '@bff/fakes';
import { toCallOptions, RetriesExhausted, executeSaga } from '@bff/saga';
import type { Decision, DurableContext, Outcome, Duration, Saga, SagaFact, StepCall } from '@bff/saga';
import { runInScope, ScenarioScope } from '../scenarios/scenario.scope.js';
import { declareTests } from '../scenarios/declare-tests.js';
import type { ConcurrentPlay } from '../scenarios/declare-tests.js';

/** The process that executed the saga was killed. */
class ProcessKilled extends Error {
  override readonly name = 'ProcessKilled';
}

/** In a rehearsal a step is attempted this many times before its retries are exhausted. */
const MAX_ATTEMPTS = 8;

/** A step that must succeed is retried for this long, in milliseconds; then the rehearsal fails. */
const DECISION_TIMEOUT_MS = 2_000;

/** Maximum time for requests in flight to end after a rehearsal, in milliseconds. */
const SETTLES_WITHIN_MS = 500;

const LONGEST_WAIT_MS = 8;

/** The longest that a call may take when nothing else is said, in milliseconds: it may be slow because the machine is. */
export const DEFAULT_TIMEOUT_MS = 2_000;

/** Executes a saga, and the error that says that a step's retries are exhausted. */
export interface UndoLoop {
  readonly executeSaga: typeof executeSaga;
  readonly RetriesExhausted: typeof RetriesExhausted;
}

type RecordedResult = { readonly value: unknown } | { readonly outOfPatience: string };

/** What an engine records of a saga: the result of each thing that it ran, in order. */
export type RehearsalJournal = readonly { readonly name: string; readonly result: RecordedResult }[];

/**
 * An engine in memory, for one saga: records the result of each step, as text, retries what failed, and resumes
 * from the recorded results when the saga is executed again after a kill.
 */
export class RehearsalEngine implements DurableContext {
  private readonly journal: RehearsalJournal[number][];
  private position = 0;
  private dead = false;
  private stuckSince: number | undefined;
  readonly beganAt = Date.now();
  readonly retryTimeoutFactor = 1;

  constructor(
    private readonly undoLoop: UndoLoop,
    /** The journal of an earlier execution. */
    remembered: RehearsalJournal = [],
  ) {
    this.journal = [...remembered];
  }

  /** The journal so far. */
  get remembered(): RehearsalJournal {
    return this.journal;
  }

  /** Kills the process that executes the saga: a result that is not recorded yet is lost. */
  kill(): void {
    this.dead = true;
  }

  /** Executes the saga again until it ends, however often its process is killed. */
  async execute<Result>(story: () => Promise<Result>): Promise<Result> {
    for (;;) {
      this.dead = false;
      this.position = 0;
      try {
        return await story();
      } catch (error) {
        if (!(error instanceof ProcessKilled)) throw error;
      }
    }
  }

  async run<T>(name: string, action: () => Promise<T>, _retryFor: Duration): Promise<T> {
    const result = await this.recall(name, () => this.retry(action));
    if ('outOfPatience' in result) throw new this.undoLoop.RetriesExhausted(result.outOfPatience);
    // It is the result of the same action, as a real journal would give it back.
    return result.value as T;
  }

  /** No operator decides in a rehearsal: a step that must succeed is retried soon, and not forever. */
  async waitForDecision(): Promise<Decision | undefined> {
    this.stuckSince ??= performance.now();
    if (performance.now() - this.stuckSince > DECISION_TIMEOUT_MS)
      throw new Error(`What must happen did not within ${DECISION_TIMEOUT_MS} ms`);
    await this.recall('decision', async () => {
      await sleep(LONGEST_WAIT_MS);
      this.stopIfDead();
      return { value: null };
    });
    return undefined;
  }

  /** No operator decides in a rehearsal. */
  closePendingDecision(): Promise<Decision | undefined> {
    return Promise.resolve(undefined);
  }

  private async recall(name: string, happen: () => Promise<RecordedResult>): Promise<RecordedResult> {
    const known = this.journal[this.position];
    if (known && known.name !== name)
      throw new Error(
        `The saga took another path after a kill: expected "${known.name}" at this position, got "${name}"`,
      );
    const result = known?.result ?? (await happen());
    if (!known) this.journal.push({ name, result });
    this.position++;
    return result;
  }

  private async retry(action: () => Promise<unknown>): Promise<RecordedResult> {
    for (let attempts = 1; ; attempts++) {
      try {
        const value = await action();
        this.stopIfDead();
        return { value: value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown) };
      } catch (error) {
        this.stopIfDead();
        if (attempts >= MAX_ATTEMPTS) return { outOfPatience: String(error) };
        await sleep(Math.min(attempts, LONGEST_WAIT_MS));
      }
    }
  }

  private stopIfDead(): void {
    if (this.dead) throw new ProcessKilled('The orchestrator died');
  }
}

/** How a saga is executed in a rehearsal. */
export interface RehearsalOptions {
  /** A new one when not given. */
  readonly sagaId?: string;
  /** The longest that the downstream calls of a step, or of its undo, may take, in milliseconds. */
  readonly timeoutMs?: (call: StepCall) => number;
  /** An undo loop that replaces the real one, to prove that a drill notices. */
  readonly undoLoop?: UndoLoop;
  /** The journal of an earlier execution, which this one resumes. */
  readonly journal?: RehearsalJournal;
  /** Called with the journal at the end. */
  readonly onJournal?: (journal: RehearsalJournal) => void;
  /** Called with every fact. */
  readonly onFact?: (fact: SagaFact) => void;
}

/** A rehearsal of a saga over fakes on real sockets, without an engine. */
export class SagaRehearsal extends ScenarioScope {
  constructor(
    scope: Scope,
    private readonly stage: Stage,
  ) {
    super(scope);
  }

  /** Executes a saga to its end, under a new id unless one is given. */
  async execute<Request, Result>(
    saga: Saga<Downstreams, Request, Result>,
    request: Request,
    options: RehearsalOptions = {},
  ): Promise<Outcome<Result>> {
    const undoLoop = options.undoLoop ?? { executeSaga, RetriesExhausted };
    const engine = new RehearsalEngine(undoLoop, options.journal);
    this.stage.engines.set(this.scope.id, engine);
    const { baggage } = this;
    const { timeoutMs = () => DEFAULT_TIMEOUT_MS } = options;
    const sagaId = options.sagaId ?? randomUUID();
    const outcome = await engine.execute(() =>
      undoLoop.executeSaga(saga, {
        sagaId,
        request,
        beganAt: engine.beganAt,
        context: engine,
        createParticipants: (call) =>
          withOptions(this.stage.getDownstreams(timeoutMs(call)), toCallOptions({ ...call, baggage })),
        ...(options.onFact && { onFact: options.onFact }),
      }),
    );
    options.onJournal?.(engine.remembered);
    return outcome;
  }
}

/** The stage of rehearsals: fakes in this process, and clients of them. */
export class Stage {
  /** The engine of each scope whose saga is being executed. */
  readonly engines = new Map<string, RehearsalEngine>();
  private readonly clients = new Map<number, Downstreams>();

  private constructor(readonly fakes: Fakes) {}

  static async open(options: Partial<FakesOptions> = {}): Promise<Stage> {
    const stages: Stage[] = [];
    const killOrchestrator = (scopeId: string): Promise<void> => {
      stages[0]?.engines.get(scopeId)?.kill();
      return Promise.resolve();
    };
    const fakes = await Fakes.start({ seed: shopSeed, unknownScopes: 'reject', killOrchestrator, ...options });
    const stage = new Stage(fakes);
    stages.push(stage);
    return stage;
  }

  getDownstreams(timeoutMs: number): Downstreams {
    let clients = this.clients.get(timeoutMs);
    if (!clients) {
      const { order, customer, catalog } = this.fakes.urls;
      const urls = { ORDER_URL: order, CUSTOMER_URL: customer, CATALOG_URL: catalog };
      this.clients.set(timeoutMs, (clients = createDownstreams(urls, createStepPolicies(timeoutMs))));
    }
    return clients;
  }

  /** Runs a rehearsal in a scope of its own. */
  run(name: string, body: (t: SagaRehearsal) => Promise<void> | void): Promise<void> {
    return runInScope(this.fakes, name, (scope) => new SagaRehearsal(scope, this), body, SETTLES_WITHIN_MS);
  }

  close(): Promise<void> {
    return this.fakes.close();
  }
}

/** Declares rehearsals of sagas, on one stage for the file. They are checked like scenarios. */
export function rehearsals(options: Partial<FakesOptions> = {}): ConcurrentPlay<SagaRehearsal> {
  let stage: Stage | undefined;
  beforeAll(async () => {
    stage = await Stage.open(options);
  });
  afterAll(() => stage?.close());
  return declareTests((name, body) => {
    if (!stage) throw new Error('The stage has not been opened');
    return stage.run(name, body);
  });
}
