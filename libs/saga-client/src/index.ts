export { EngineUnavailable, NotWaiting } from './engine-error.js';
export { SagaClient } from './saga-client.js';
export type { StartedSaga, SagaRef } from './saga-client.js';
