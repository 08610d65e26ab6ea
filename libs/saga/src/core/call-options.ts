import { BAGGAGE, readBaggage, writeBaggage } from '@bff/kernel';
import type { StepCall } from './step.js';

/** The options of a step's downstream calls: its idempotency key, and baggage that names the step when baggage is forwarded. */
export function toCallOptions({ idempotencyKey, step, direction, baggage }: StepCall): {
  readonly idempotencyKey: string;
  readonly baggage?: string;
} {
  if (baggage === undefined) return { idempotencyKey };
  const stepEntries = { [BAGGAGE.step]: step, [BAGGAGE.direction]: direction };
  return { idempotencyKey, baggage: writeBaggage({ ...readBaggage(baggage), ...stepEntries }) };
}
