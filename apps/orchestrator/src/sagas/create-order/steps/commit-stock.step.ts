import type { Downstreams } from '@bff/downstreams';
import { retriable } from '@bff/saga';
import type { OrderDraft } from '../order-draft.js';

/** Marks the reserved units as sold. */
export const commitStock = retriable({
  name: 'commit the stock',
  do: ({ catalog }: Downstreams, { orderId }: OrderDraft) => catalog.commitStock(orderId),
});
