import { createUnionType, Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { CustomerIneligibility as Ineligibility } from '@bff/contracts';
import { Money } from '../../models/money.model.js';
import { OrderCancelled } from '../../models/order-cancelled.model.js';

@ObjectType({ isAbstract: true })
abstract class Result {
  @Field(() => ID, {
    description: 'Id of the order that belongs to the idempotency key: the same for every request with that key.',
  })
  readonly orderId!: string;
}

@ObjectType({ isAbstract: true })
abstract class RejectionResult extends Result {
  @Field({ description: 'The reason in plain English, for display.' })
  readonly message!: string;
}

@ObjectType({
  description: 'Returned when the order is confirmed. It is final, and can only be cancelled.',
})
export class OrderConfirmed extends Result {
  @Field(() => Money, { description: 'What the order costs in total.' })
  readonly total!: Money;
}

@ObjectType({
  description:
    'Returned when the outcome is not known after `waitMs`: the order is being processed or cancelled, or has perhaps not been received. Send the same mutation with the same key again, or ask for the order page.',
})
export class OrderPending extends Result {}

@ObjectType({
  description:
    'Returned when fewer units of a product are in stock than were ordered. No order was placed, and nothing is charged.',
})
export class OutOfStock extends RejectionResult {
  @Field(() => ID, { description: 'Id of the product.' })
  readonly productId!: string;

  @Field(() => Int, { description: 'The number of units ordered.' })
  readonly requested!: number;

  @Field(() => Int, { description: 'The number of units in stock at that time.' })
  readonly available!: number;
}

export enum PricingProblem {
  SEVERAL_CURRENCIES = 'SEVERAL_CURRENCIES',
  TOO_MUCH_MONEY = 'TOO_MUCH_MONEY',
}
registerEnumType(PricingProblem, {
  name: 'PricingProblem',
  description: 'Why the prices of an order cannot be added up.',
  valuesMap: {
    SEVERAL_CURRENCIES: {
      description: 'The products have prices in different currencies. Place one order for each currency.',
    },
    TOO_MUCH_MONEY: { description: 'The total is larger than the largest amount that can be represented. Order less.' },
  },
});

@ObjectType({
  description:
    'Returned when the prices of the lines cannot be added up to one total. No order was placed, and nothing is charged.',
})
export class OrderHasNoTotal extends RejectionResult {
  @Field(() => PricingProblem, { description: 'Why the prices cannot be added up.' })
  readonly problem!: `${PricingProblem}`;
}

@ObjectType({
  description:
    'Returned when the payment method does not cover the order. No order was placed, and nothing is charged.',
})
export class PaymentDeclined extends RejectionResult {}

@ObjectType({
  description:
    'Returned when a price changed while the order was being processed. No order was placed, and nothing is charged. Show the new price, and ask again with a new key.',
})
export class PriceChanged extends RejectionResult {
  @Field(() => ID, { description: 'Id of the product.' })
  readonly productId!: string;

  @Field(() => Money, { description: 'Price of one unit when the order was placed.' })
  readonly oldPrice!: Money;

  @Field(() => Money, { description: 'Price of one unit now.' })
  readonly newPrice!: Money;
}

@ObjectType({
  description:
    'Returned when a product does not exist or is no longer sold. No order was placed, and nothing is charged.',
})
export class ProductUnavailable extends RejectionResult {
  @Field(() => ID, { description: 'Id of the product.' })
  readonly productId!: string;
}

export enum CustomerIneligibility {
  UNKNOWN_CUSTOMER = 'UNKNOWN_CUSTOMER',
  BLOCKED = 'BLOCKED',
  UNKNOWN_ADDRESS = 'UNKNOWN_ADDRESS',
  UNKNOWN_PAYMENT_METHOD = 'UNKNOWN_PAYMENT_METHOD',
}
registerEnumType(CustomerIneligibility, {
  name: 'CustomerIneligibility',
  description: 'Why a customer may not place an order.',
  valuesMap: {
    UNKNOWN_CUSTOMER: { description: 'The customer does not exist.' },
    BLOCKED: { description: 'The customer is blocked, and may not order at the moment.' },
    UNKNOWN_ADDRESS: { description: 'The address does not exist, or belongs to another customer.' },
    UNKNOWN_PAYMENT_METHOD: { description: 'The payment method does not exist, or belongs to another customer.' },
  },
});

@ObjectType({
  description:
    'Returned when the customer may not order, or when the address or payment method is not one of theirs. No order was placed, and nothing is charged.',
})
export class CustomerNotEligible extends RejectionResult {
  @Field(() => CustomerIneligibility, { description: 'Why the customer may not place this order.' })
  readonly reason!: Ineligibility;
}

@ObjectType({
  description:
    'Returned when a service was unavailable for too long, and the order was abandoned. No order was placed, and nothing is charged. Place it again later, with a new key.',
})
export class OrderTimedOut extends RejectionResult {}

@ObjectType({
  description:
    'Returned when the idempotency key was used before with different input. The order of that key is not changed; use a new key for a new order.',
})
export class IdempotencyConflict extends RejectionResult {}

const members = [
  OrderConfirmed,
  OrderPending,
  OutOfStock,
  OrderHasNoTotal,
  PaymentDeclined,
  PriceChanged,
  ProductUnavailable,
  CustomerNotEligible,
  OrderTimedOut,
  OrderCancelled,
  IdempotencyConflict,
] as const;

export const CreateOrderResult = createUnionType({
  name: 'CreateOrderResult',
  description: 'The outcome of `createOrder`. Select `__typename` and the fields of each member.',
  types: () => members,
});

/** A member of the union, with the name that distinguishes the members. */
export type CreateOrderResult =
  | ({ readonly __typename: 'OrderConfirmed' } & OrderConfirmed)
  | ({ readonly __typename: 'OrderPending' } & OrderPending)
  | ({ readonly __typename: 'OutOfStock' } & OutOfStock)
  | ({ readonly __typename: 'OrderHasNoTotal' } & OrderHasNoTotal)
  | ({ readonly __typename: 'PaymentDeclined' } & PaymentDeclined)
  | ({ readonly __typename: 'PriceChanged' } & PriceChanged)
  | ({ readonly __typename: 'ProductUnavailable' } & ProductUnavailable)
  | ({ readonly __typename: 'CustomerNotEligible' } & CustomerNotEligible)
  | ({ readonly __typename: 'OrderTimedOut' } & OrderTimedOut)
  | ({ readonly __typename: 'OrderCancelled' } & OrderCancelled)
  | ({ readonly __typename: 'IdempotencyConflict' } & IdempotencyConflict);
