import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll } from '@jest/globals';
import { createDownstreams, stepPolicies, withOptions } from '@bff/downstreams';
import type { Downstreams } from '@bff/downstreams';
import { Fakes, shopSeed } from '@bff/fakes';
import type { FakesOptions, Scope } from '@bff/fakes';
import { toCallOptions, RetriesExhausted, executeSaga } from '@bff/saga';
import type { Decision, DurableContext, Outcome, Duration, Saga, SagaFact, StepCall } from '@bff/saga';
import { play, ScenarioScope } from '../scenarios/scenario.scope.js';
import { playing } from '../scenarios/declare-tests.js';
import type { ConcurrentPlay } from '../scenarios/declare-tests.js';

/** The process that told the story died. */
class Died extends Error {
  override readonly name = 'Died';
}

/** In a rehearsal patience is counted: this many times a step is tried before its patience is over. */
const TRIES = 8;

/** A step that must happen is tried for this long, in milliseconds; then the rehearsal fails. */
const MUST_WITHIN_MS = 2_000;

/** What is still under way when a rehearsal ends comes to its end within this time, in milliseconds. */
const SETTLES_WITHIN_MS = 500;

const LONGEST_WAIT_MS = 8;

/** The longest that a call may take when nothing else is said, in milliseconds: it may be slow because the machine is. */
export const PATIENT_MS = 2_000;

/** What tells a saga, and by what it knows that a step's patience has run out. */
export interface UndoLoop {
  readonly executeSaga: typeof executeSaga;
  readonly RetriesExhausted: typeof RetriesExhausted;
}

type Told = { readonly value: unknown } | { readonly outOfPatience: string };

/** What an engine remembers of a saga: what each thing that it ran came to, in order. */
export type RehearsalJournal = readonly { readonly name: string; readonly told: Told }[];

/**
 * An engine in memory, for one saga: remembers what each step came to, as text, tries again what met trouble, and goes on
 * from what it remembers when the story is told again after a death.
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
    /** What it remembers of an earlier telling. */
    remembered: RehearsalJournal = [],
  ) {
    this.journal = [...remembered];
  }

  /** What it remembers by now. */
  get remembered(): RehearsalJournal {
    return this.journal;
  }

  /** Kills the process that tells the story: whatever it was about to remember is lost. */
  kill(): void {
    this.dead = true;
  }

  /** Tells the story until it is told, however often its teller dies. */
  async tell<Result>(story: () => Promise<Result>): Promise<Result> {
    for (;;) {
      this.dead = false;
      this.position = 0;
      try {
        return await story();
      } catch (error) {
        if (!(error instanceof Died)) throw error;
      }
    }
  }

  async run<T>(name: string, action: () => Promise<T>, _retryFor: Duration): Promise<T> {
    const told = await this.recall(name, () => this.until(action));
    if ('outOfPatience' in told) throw new this.undoLoop.RetriesExhausted(told.outOfPatience);
    // It is what the same action came to, as it would come back from a real journal.
    return told.value as T;
  }

  /** Nobody decides in a rehearsal: what must happen is tried again soon, and not for ever. */
  async waitForDecision(): Promise<Decision | undefined> {
    this.stuckSince ??= performance.now();
    if (performance.now() - this.stuckSince > MUST_WITHIN_MS)
      throw new Error(`What must happen did not within ${MUST_WITHIN_MS} ms`);
    await this.recall('decision', async () => {
      await sleep(LONGEST_WAIT_MS);
      this.stopIfDead();
      return { value: null };
    });
    return undefined;
  }

  /** Nobody decides in a rehearsal. */
  closePendingDecision(): Promise<Decision | undefined> {
    return Promise.resolve(undefined);
  }

  private async recall(name: string, happen: () => Promise<Told>): Promise<Told> {
    const known = this.journal[this.position];
    if (known && known.name !== name)
      throw new Error(
        `The story is told otherwise after a death: "${known.name}" was here before, now it is "${name}"`,
      );
    const told = known?.told ?? (await happen());
    if (!known) this.journal.push({ name, told });
    this.position++;
    return told;
  }

  private async until(action: () => Promise<unknown>): Promise<Told> {
    for (let tries = 1; ; tries++) {
      try {
        const value = await action();
        this.stopIfDead();
        return { value: value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown) };
      } catch (error) {
        this.stopIfDead();
        if (tries >= TRIES) return { outOfPatience: String(error) };
        await sleep(Math.min(tries, LONGEST_WAIT_MS));
      }
    }
  }

  private stopIfDead(): void {
    if (this.dead) throw new Died('The orchestrator died');
  }
}

/** How a saga is told in a rehearsal. */
export interface RehearsalOptions {
  /** A new one when not given. */
  readonly sagaId?: string;
  /** The longest that the downstream calls of a step, or of its undo, may take, in milliseconds. */
  readonly timeoutMs?: (call: StepCall) => number;
  /** Another undo loop in the place of the real one, to see whether anybody notices. */
  readonly undoLoop?: UndoLoop;
  /** What is remembered of an earlier telling: it goes on from there. */
  readonly journal?: RehearsalJournal;
  /** Told what is remembered, at the end. */
  readonly onJournal?: (journal: RehearsalJournal) => void;
  /** Told of everything that happens. */
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

  /** Tells a saga to its end, under an id of its own. */
  async execute<Request, Result>(
    saga: Saga<Downstreams, Request, Result>,
    request: Request,
    options: RehearsalOptions = {},
  ): Promise<Outcome<Result>> {
    const undoLoop = options.undoLoop ?? { executeSaga, RetriesExhausted };
    const engine = new RehearsalEngine(undoLoop, options.journal);
    this.stage.engines.set(this.scope.id, engine);
    const { baggage } = this;
    const { timeoutMs = () => PATIENT_MS } = options;
    const sagaId = options.sagaId ?? randomUUID();
    const outcome = await engine.tell(() =>
      undoLoop.executeSaga(saga, {
        ...{ sagaId, request, beganAt: engine.beganAt, context: engine },
        participantsFor: (call) =>
          withOptions(this.stage.downstreams(timeoutMs(call)), toCallOptions({ ...call, baggage })),
        ...(options.onFact && { onFact: options.onFact }),
      }),
    );
    options.onJournal?.(engine.remembered);
    return outcome;
  }
}

/** Where rehearsals take place: fakes in this process, and clients of them. */
export class Stage {
  /** The engine of each scope whose saga is being told. */
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

  downstreams(timeoutMs: number): Downstreams {
    let clients = this.clients.get(timeoutMs);
    if (!clients) {
      const { order, customer, catalog } = this.fakes.urls;
      const urls = { ORDER_URL: order, CUSTOMER_URL: customer, CATALOG_URL: catalog };
      this.clients.set(timeoutMs, (clients = createDownstreams(urls, stepPolicies(timeoutMs))));
    }
    return clients;
  }

  /** Plays a rehearsal in a scope of its own. */
  play(name: string, body: (t: SagaRehearsal) => Promise<void> | void): Promise<void> {
    return play(this.fakes, name, (scope) => new SagaRehearsal(scope, this), body, SETTLES_WITHIN_MS);
  }

  close(): Promise<void> {
    return this.fakes.close();
  }
}

/** Declares rehearsals of sagas, on one stage for the file. They are held to the same as scenarios. */
export function rehearsals(options: Partial<FakesOptions> = {}): ConcurrentPlay<SagaRehearsal> {
  let stage: Stage | undefined;
  beforeAll(async () => {
    stage = await Stage.open(options);
  });
  afterAll(() => stage?.close());
  return playing((name, body) => {
    if (!stage) throw new Error('The stage has not been opened');
    return stage.play(name, body);
  });
}
