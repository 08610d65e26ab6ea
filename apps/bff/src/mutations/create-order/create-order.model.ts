import { createUnionType, Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { CustomerIneligibility as Ineligibility } from '@bff/contracts';
import { Money } from '../../models/money.model.js';
import { OrderCancelled } from '../../models/order-cancelled.model.js';

@ObjectType({ isAbstract: true })
abstract class Result {
  @Field(() => ID, { description: 'The id of the order that this idempotency key stands for.' })
  readonly orderId!: string;
}

@ObjectType({ isAbstract: true })
abstract class Refusal extends Result {
  @Field({ description: 'Why, in plain words.' })
  readonly message!: string;
}

@ObjectType({
  description: 'Returned when the customer has the order: it is confirmed and cannot be rejected any more.',
})
export class OrderConfirmed extends Result {
  @Field(() => Money)
  readonly total!: Money;
}

@ObjectType({
  description:
    'Returned when the outcome is not known within `waitMs`: the order is on its way, is being cancelled, or may not have arrived. Send the same again, or look at the order page.',
})
export class OrderPending extends Result {}

@ObjectType({ description: 'Returned when there is less of a product than was wanted. Nothing was kept.' })
export class OutOfStock extends Refusal {
  @Field(() => ID)
  readonly productId!: string;

  @Field(() => Int)
  readonly requested!: number;

  @Field(() => Int, { description: 'What there was of it.' })
  readonly available!: number;
}

export enum PricingProblem {
  SEVERAL_CURRENCIES = 'SEVERAL_CURRENCIES',
  TOO_MUCH_MONEY = 'TOO_MUCH_MONEY',
}
registerEnumType(PricingProblem, {
  name: 'PricingProblem',
  description: 'Why the lines of an order have no total.',
  valuesMap: {
    SEVERAL_CURRENCIES: { description: 'The products are priced in several currencies. Order them separately.' },
    TOO_MUCH_MONEY: { description: 'The total is more than an amount can hold. Order less.' },
  },
});

@ObjectType({
  description: 'Returned when the lines have no total, so that they cannot be one order. Nothing was kept.',
})
export class OrderHasNoTotal extends Refusal {
  @Field(() => PricingProblem, { description: 'Why there is no total.' })
  readonly problem!: `${PricingProblem}`;
}

@ObjectType({ description: 'Returned when the payment method does not cover the order. Nothing was kept.' })
export class PaymentDeclined extends Refusal {}

@ObjectType({ description: 'Returned when a price changed while the order was under way. Nothing was kept.' })
export class PriceChanged extends Refusal {
  @Field(() => ID)
  readonly productId!: string;

  @Field(() => Money)
  readonly oldPrice!: Money;

  @Field(() => Money)
  readonly newPrice!: Money;
}

@ObjectType({ description: 'Returned when there is no such product, or it is not sold any more. Nothing was kept.' })
export class ProductUnavailable extends Refusal {
  @Field(() => ID)
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
  valuesMap: {
    UNKNOWN_CUSTOMER: { description: 'There is no such customer.' },
    BLOCKED: { description: 'The customer may not order at the moment.' },
    UNKNOWN_ADDRESS: { description: 'The customer has no such address.' },
    UNKNOWN_PAYMENT_METHOD: { description: 'The customer has no such payment method.' },
  },
});

@ObjectType({
  description:
    'Returned when the customer may not order, or the address or payment method is not theirs. Nothing was kept.',
})
export class CustomerNotEligible extends Refusal {
  @Field(() => CustomerIneligibility)
  readonly reason!: Ineligibility;
}

@ObjectType({
  description: 'Returned when a service was in trouble for so long that the order was given up. Nothing was kept.',
})
export class OrderTimedOut extends Refusal {}

@ObjectType({
  description: 'Returned when this idempotency key came with other input before. That order is as it was.',
})
export class IdempotencyConflict extends Refusal {}

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
  description: 'What became of an order.',
  types: () => members,
});

/** A member of the union, with the name that tells the members apart. */
export type CreateOrderAnswer =
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
