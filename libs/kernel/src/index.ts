export { BAGGAGE, MAX_BAGGAGE, readBaggage, writeBaggage } from './baggage.js';
export type { Baggage } from './baggage.js';
export { isId } from './ids.js';
export { CURRENCY, fromCents, lineTotal, sameMoney, sum, toCents, UncountableMoney } from './money.js';
export type { Money, UncountableReason } from './money.js';
export { Rejection } from './rejection.js';
export { whyNotStorable } from './storable.js';
export { lengthOf, searchForm } from './text.js';
export type { RejectionDetails } from './rejection.js';
