/** The handlers of a saga in the engine. */
export const HANDLERS = { run: 'run', about: 'about', decide: 'decide', cancel: 'cancel' } as const;

/** What a saga keeps in the engine beside its journal. */
export const STATE = {
  fingerprint: 'fingerprint',
  subject: 'subject',
  version: 'version',
  waiting: 'waiting',
  invocation: 'invocation',
} as const;

/** A saga worker answers this when the engine can reach it: readiness is a probe that answered. */
export const PROBE = { service: 'SagaProbe', handler: 'ping' } as const;
