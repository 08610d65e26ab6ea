export { contractSuite } from './contract-suite.js';
export type { ContractStep, ContractSuite } from './contract-suite.js';
export { serviceCaller } from './contract-suite.caller.js';
export type { ServiceAnswer, ServiceCaller, ServiceRequest } from './contract-suite.caller.js';
export { createTestDatabase, testServerUrl } from './database.js';
export { participantSuite } from './participant-suite.js';
export type { ParticipantSuite } from './participant-suite.bench.js';
export { stubDownstream } from './stub-downstream.js';
export type { StubAnswers, StubDownstream } from './stub-downstream.js';
