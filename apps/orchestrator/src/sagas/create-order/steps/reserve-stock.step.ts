import type { Downstreams } from '@bff/downstreams';
import { compensatable } from '@bff/saga';
import { RETRY_FOR } from '../order-draft.js';
import type { OrderDraft } from '../order-draft.js';

/** Reserves the units for this order. */
export const reserveStock = compensatable({
  name: 'reserve the stock',
  retryFor: RETRY_FOR,
  do: ({ catalog }: Downstreams, draft: OrderDraft) => catalog.reserveStock(draft.orderId, draft.lines),
  undo: ({ catalog }, draft) => catalog.releaseStock(draft.orderId),
});
