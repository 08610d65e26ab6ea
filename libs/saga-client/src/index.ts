export { EngineUnavailable, NotWaiting } from './engine-answer.js';
export { SagaClient } from './saga-client.js';
export type { Begun, SagaRef } from './saga-client.js';
