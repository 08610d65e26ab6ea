import { ContractViolation } from '@bff/contracts';
import type { Operation, ServiceName } from '@bff/contracts';
import { BAGGAGE, readBaggage, explainUnstorable } from '@bff/kernel';
import type { AnyRequest } from './call.js';
import type { SkippedDuty } from './duties.js';
import type { Fault } from './fault.js';
import { formatFault } from './fault.js';
import { CallLog } from './call-log.js';
import { createProblem, applyFault } from './fake-response.js';
import type { FakeResponse } from './fake-response.js';
import { canDecode, findOperation } from './router.js';
import { Rules } from './rules.js';
import { checkSeed, mergeSeeds } from './seed.js';
import type { PartialSeed, Seed } from './seed.js';
import { createServices } from './services.js';
import type { Services } from './services.js';
import { describeBrokenAnswer, describeBrokenRequest, describeUnmatchedRequest } from './violation.js';

/** A request as it was received. */
export interface Incoming {
  readonly service: ServiceName;
  readonly method: string;
  /** The path without its query. */
  readonly path: string;
  /** A name that came several times is a list. */
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Parsed JSON; undefined when there was none. */
  readonly body: unknown;
}

/** A request that a fake is about to answer. */
export interface Question {
  readonly operation: Operation;
  readonly request: AnyRequest;
  readonly incoming: Incoming;
}

/** Answers instead of the fakes. */
export type AnswerInstead = (question: Question) => Promise<{ readonly status: number; readonly body: object }>;

/** What a scope needs of the server that it belongs to. */
export interface ScopeOptions {
  readonly seed: Seed;
  readonly skipDuty?: SkippedDuty | undefined;
  /** Given, the fakes are not asked: a recorder forwards to the real services. */
  readonly answerInstead?: AnswerInstead | undefined;
  /** Kills the orchestrator; undefined where there is none to be killed. */
  readonly killOrchestrator?: (() => Promise<void>) | undefined;
}

type Line = ReturnType<CallLog['open']>;

/**
 * An isolated test environment: the data of the three services, the stubs and faults, and a log of every call. Scopes share
 * nothing, so that many tests can share one server.
 */
export class Scope {
  readonly callLog = new CallLog();
  readonly rules = new Rules();
  /** Requests that match no operation or violate the contract, and responses that would violate it. */
  readonly violations: string[] = [];
  private seed: Seed;
  private services: Services | undefined;
  private late: (() => void)[] = [];

  constructor(
    readonly id: string,
    private readonly options: ScopeOptions,
  ) {
    this.seed = options.seed;
  }

  /** False where there is no orchestrator for the fault kill-orchestrator. */
  get canKill(): boolean {
    return this.options.killOrchestrator !== undefined;
  }

  /** Adds entities to the initial data, or replaces those with the same id. Throws ContractViolation; only before the first call. */
  addSeed(more: PartialSeed): void {
    if (this.services) throw new Error(`Scope ${this.id} has been called already: seed it before its first call.`);
    checkSeed(more);
    this.seed = mergeSeeds(this.seed, more);
  }

  /** The status of an order; undefined when there is no such order. */
  getOrderStatus(orderId: string): string | undefined {
    this.services ??= createServices(this.seed, this.options.skipDuty);
    const ask = this.services.order['getOrders'];
    const request = { path: {}, query: { ids: [orderId] }, body: undefined, idempotencyKey: '' };
    // The fake's answer to getOrders.
    const found = ask?.(request).body as { readonly items: readonly { readonly status: string }[] } | undefined;
    return found?.items[0]?.status;
  }

  /** Executes the requests that the fault `late` postponed. */
  deliverLate(): void {
    for (const deliver of this.late.splice(0)) deliver();
  }

  /** Records a request whose body could not be read as a violation. */
  recordUnreadable(what: string, why: string): void {
    this.violations.push(`${what} cannot be read: ${why}`);
  }

  /** Handles a request, and returns what is sent on its socket. The entry of the call log ends when `end` is called. */
  async receive(incoming: Incoming): Promise<{ readonly response: FakeResponse; readonly end: () => void }> {
    const { service, method, path } = incoming;
    const arrived = performance.now();
    const baggage = readBaggage(joinHeader(incoming.headers['baggage']));
    const found = findOperation(service, method, path);
    const direction = baggage[BAGGAGE.direction];
    const line = this.callLog.open({
      service,
      method,
      path,
      operation: found?.operation.id ?? null,
      step: baggage[BAGGAGE.step] ?? null,
      direction: direction === 'do' || direction === 'undo' ? direction : null,
    });
    const response = found
      ? await this.respond(line, found.operation, found.path, incoming)
      : this.rejectUnmatched(line, incoming);
    if (response.kind === 'answer') {
      const { code } = response.body as { readonly code?: unknown };
      Object.assign(line, { status: response.status, code: typeof code === 'string' ? code : null });
    } else if (response.kind === 'text') line.status = 200;
    return { response, end: () => (line.ms ??= performance.now() - arrived) };
  }

  private rejectUnmatched(line: Line, { service, method, path }: Incoming): FakeResponse {
    this.violations.push(describeUnmatchedRequest(service, method, path));
    line.by = 'contract';
    if (!canDecode(path)) return createProblem(400, 'BAD_REQUEST', `'${path}' is not a valid url component`);
    return createProblem(404, 'NOT_FOUND', 'There is nothing at this address.');
  }

  private async respond(
    line: Line,
    operation: Operation,
    path: Readonly<Record<string, string>>,
    incoming: Incoming,
  ): Promise<FakeResponse> {
    try {
      const { headers, ...checked } = operation.checkRequest({ ...incoming, path });
      const why = explainUnstorable(checked.query, 'query') ?? explainUnstorable(checked.body, 'body');
      if (why !== undefined) throw new ContractViolation(why);
      const request = { ...checked, idempotencyKey: headers['idempotency-key'] ?? '' } as AnyRequest;
      line.request = request;
      const perform = () => this.perform(line, { operation, request, incoming });
      const picked = this.rules.pick(line, request);
      if (!picked) return await perform();
      if ('fault' in picked) return await this.applyFault(line, picked.fault, perform);
      line.by = 'stub';
      const { status, body } = picked.reply(request);
      // A body that is no object is rejected by the contract.
      return this.checkResponse(operation, { status, body: body as object });
    } catch (error) {
      if (!(error instanceof ContractViolation)) return this.recordThrow(line, error);
      line.by = 'contract';
      this.violations.push(describeBrokenRequest(line, error));
      return createProblem(400, 'BAD_REQUEST', error.message);
    }
  }

  /** A function of a stub threw, or a fake did: recorded as a violation, because the BFF may recover from the response. */
  private recordThrow(line: Line, error: unknown): FakeResponse {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.violations.push(`The ${line.by} of ${line.service}.${line.operation ?? ''} threw: ${why}`);
    return createProblem(500, 'INTERNAL', String(error));
  }

  /** Calls the fake, and records the effect. */
  private async perform(line: Line, question: Question): Promise<FakeResponse> {
    const { operation, request } = question;
    if (this.options.answerInstead) {
      line.by = 'recorded';
      const answer = await this.options.answerInstead(question);
      // The response of a real service is forwarded as it is, even when it violates the contract.
      this.checkResponse(operation, answer);
      return { kind: 'answer', ...answer };
    }
    this.services ??= createServices(this.seed, this.options.skipDuty);
    const ask = this.services[line.service][operation.id];
    if (!ask) throw new Error(`The fake of ${line.service} has no ${operation.id}`);
    const { status, body, effect } = ask(request);
    line.effect = effect;
    return this.checkResponse(operation, { status, body });
  }

  private applyFault(line: Line, fault: Fault, perform: () => Promise<FakeResponse>): Promise<FakeResponse> {
    line.by = formatFault(fault);
    return applyFault(fault, {
      perform,
      performLate: () => this.late.push(() => void perform().catch((error: unknown) => this.recordThrow(line, error))),
      killOrchestrator: () => this.options.killOrchestrator?.() ?? Promise.resolve(),
    });
  }

  /** Checks the response of a fake or a stub against the contract. */
  private checkResponse(
    operation: Operation,
    { status, body }: { readonly status: number; readonly body: object },
  ): FakeResponse {
    try {
      operation.checkAnswer(status, body);
      return { kind: 'answer', status, body };
    } catch (error) {
      if (!(error instanceof ContractViolation)) throw error;
      this.violations.push(describeBrokenAnswer(error));
      return createProblem(500, 'INTERNAL', error.message);
    }
  }
}

function joinHeader(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.join(',');
}
