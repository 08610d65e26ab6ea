/** The handlers of a saga in the engine. These names are journaled: do not change them. */
export const HANDLERS = { run: 'run', about: 'about', decide: 'decide', cancel: 'cancel' } as const;

/** The state that a saga has in the engine beside its journal: its summary, and the decision that it waits for. */
export const STATE = { about: 'about', waiting: 'waiting' } as const;

/** Every worker answers this service: a probe that returns shows that the engine reaches the worker. */
export const PROBE = { service: 'SagaProbe', handler: 'ping' } as const;
