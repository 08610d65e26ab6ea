import type { SagaName } from './saga.js';

/** The version is part of the name, so that a saga in flight meets the steps that it began with. */
export function serviceNameOf({ name, version }: SagaName): string {
  return `${name}_v${version}`;
}

/** The handlers of a saga in the engine. */
export const HANDLERS = { run: 'run', fingerprint: 'fingerprint' } as const;

/** A saga worker answers this when the engine can reach it: readiness is a probe that answered. */
export const PROBE = { service: 'SagaProbe', handler: 'ping' } as const;
