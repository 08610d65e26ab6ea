export { planOf } from './plan.js';
export type { Plan, PlanOptions, PlanResult } from './plan.js';
