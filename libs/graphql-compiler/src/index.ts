export { AnswerSize, QueryTooLarge } from './answer-size.js';
export type { ListSize } from './list-size.js';
export { planOf } from './plan.js';
export type { Plan, PlanOptions, PlanResult } from './plan.js';
