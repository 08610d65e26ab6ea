/** The handlers of a saga in the engine. */
export const HANDLERS = { run: 'run', about: 'about', decide: 'decide', cancel: 'cancel' } as const;

/** What a saga keeps in the engine beside its journal: what it is about, and what it waits for. */
export const STATE = { about: 'about', waiting: 'waiting' } as const;

/** A saga worker answers this when the engine can reach it: readiness is a probe that answered. */
export const PROBE = { service: 'SagaProbe', handler: 'ping' } as const;
