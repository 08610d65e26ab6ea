import { BAGGAGE, readBaggage, writeBaggage } from '@bff/kernel';
import type { StepCall } from './step.js';

/** What goes with the downstream calls of a step: its key, and baggage that names the step, where baggage is forwarded. */
export function toCallOptions({ idempotencyKey, step, direction, baggage }: StepCall): {
  readonly idempotencyKey: string;
  readonly baggage?: string;
} {
  if (baggage === undefined) return { idempotencyKey };
  const more = { [BAGGAGE.step]: step, [BAGGAGE.direction]: direction };
  return { idempotencyKey, baggage: writeBaggage({ ...readBaggage(baggage), ...more }) };
}
