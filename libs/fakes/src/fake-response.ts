import { setTimeout as sleep } from 'node:timers/promises';
import { formatFault } from './fault.js';
import type { Fault } from './fault.js';

/** What a fake sends on the socket: an answer, a text, or a broken connection. */
export type FakeResponse =
  | { readonly kind: 'answer'; readonly status: number; readonly body: object; readonly retryAfter?: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refuse' | 'cut-midway' | 'hang' | 'drip' };

/** The request that a fault hits. */
export interface FaultTarget {
  /** Executes the request, and returns its response. */
  perform(): Promise<FakeResponse>;
  /** Executes the request when the scope delivers late requests. */
  performLate(): void;
  killOrchestrator(): Promise<void>;
}

/** Applies a fault, and returns what is sent on the socket. */
export async function applyFault(fault: Fault, target: FaultTarget): Promise<FakeResponse> {
  if (typeof fault === 'string') return applyPlainFault(fault, target);
  if ('latency' in fault) {
    const { latency, jitter = 0 } = fault;
    await sleep(Math.max(0, latency + (Math.random() * 2 - 1) * jitter));
    return target.perform();
  }
  const { status, retryAfter } = fault;
  const answer = createProblem(status, 'UNAVAILABLE', `This is the fault "${formatFault(fault)}".`);
  return retryAfter === undefined ? answer : { ...answer, retryAfter };
}

async function applyPlainFault(fault: Extract<Fault, string>, target: FaultTarget): Promise<FakeResponse> {
  switch (fault) {
    case 'ok':
      return target.perform();
    case 'empty':
      return { kind: 'text', text: '' };
    case 'malformed':
      return { kind: 'text', text: '{"items":[{"id":' };
    case 'lie':
      return { kind: 'text', text: '{"thisIsNot":"what the contract says"}' };
    case 'reset':
      return { kind: 'cut-midway' };
    case 'refuse':
    case 'hang':
    case 'drip':
      return { kind: fault };
    case 'lost-reply':
      await target.perform();
      return { kind: 'refuse' };
    case 'late':
      target.performLate();
      return { kind: 'refuse' };
    case 'kill-orchestrator':
      await target.perform();
      await target.killOrchestrator();
      return { kind: 'refuse' };
  }
}

/** An error response. */
export function createProblem(
  status: number,
  code: string,
  message: string,
): Extract<FakeResponse, { kind: 'answer' }> {
  return { kind: 'answer', status, body: { code, message } };
}
