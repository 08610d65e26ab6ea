import type { CreateOrderRequest, OrderLine, PostalAddress } from '@bff/contracts';
import type { Money } from '@bff/kernel';

/** The order as the saga knows it once its lines are priced: the input of every step from then on. */
export interface OrderDraft extends Omit<CreateOrderRequest, 'lines'> {
  /** Also the saga's id. */
  readonly orderId: string;
  readonly shippingAddress: PostalAddress;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
}

/** How long a step before the pivot is retried after transient errors of its participant. */
export const RETRY_FOR = { seconds: 20 } as const;

/** An order that is not confirmed by then is rejected, because no client waits for it any more. */
export const DEADLINE = { seconds: 60 } as const;
