export { EngineUnavailable, NotWaiting, SagaClient } from './saga-client.js';
export type { Begun, SagaRef } from './saga-client.js';
