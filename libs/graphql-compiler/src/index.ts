export { AnswerSize, QueryTooLarge } from './response-size.js';
export type { ListSize } from './list-size.js';
export { planOf } from './compile-operation.js';
export type { Plan, PlanOptions, PlanResult } from './compile-operation.js';
