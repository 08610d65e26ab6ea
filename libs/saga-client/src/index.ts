export { EngineUnavailable, NotWaiting, SagaClient } from './saga-client.js';
export type { SagaRef } from './saga-client.js';
