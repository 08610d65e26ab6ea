/** An amount of money: decimal text with two digits ("18.00") and an ISO 4217 currency ("USD"). */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** The currency of the sample data, and of the sum of an empty list. */
export const CURRENCY = 'USD';

/** Why amounts cannot be added up: they are of several currencies, or more than an amount can hold. */
export type UncountableReason = 'SEVERAL_CURRENCIES' | 'TOO_MUCH_MONEY';

/** Amounts that have no sum. This is final: a retry does not help. */
export class UncountableMoney extends RangeError {
  override readonly name = 'UncountableMoney';

  constructor(
    readonly reason: UncountableReason,
    message: string,
  ) {
    super(message);
  }
}

/** The largest amount of the contracts: twelve digits before the point. */
const MAX_CENTS = 99_999_999_999_999;

/** Converts Money to whole cents, in which it is added, compared and stored. Throws RangeError for text that is no amount. */
export function toCents(money: Money): number {
  const match = /^(\d{1,12})\.(\d{2})$/.exec(money.amount);
  if (!match) throw new RangeError(`"${money.amount}" is no amount of money: two decimals are expected, as in "18.00"`);
  return Number(match[1]) * 100 + Number(match[2]);
}

/** Converts whole cents to Money. Throws UncountableMoney above the maximum of the contracts. */
export function fromCents(cents: number, currency: string = CURRENCY): Money {
  if (!Number.isSafeInteger(cents) || cents < 0) throw new RangeError(`${cents} is no amount of cents`);
  if (cents > MAX_CENTS) throw createTooMuchMoney();
  const digits = String(cents).padStart(3, '0');
  return { amount: `${digits.slice(0, -2)}.${digits.slice(-2)}`, currency };
}

/**
 * The price of a line: unit price times quantity, less the discount, rounded half up to the cent. Throws UncountableMoney when
 * that is too much.
 */
export function computeLineTotal(unitPrice: Money, quantity: number, discountPercent = 0): Money {
  const hundredths = BigInt(toCents(unitPrice)) * BigInt(quantity) * BigInt(100 - discountPercent);
  const cents = (hundredths + 50n) / 100n;
  if (cents > MAX_CENTS) throw createTooMuchMoney();
  return fromCents(Number(cents), unitPrice.currency);
}

/** The sum of amounts, in their currency. Throws UncountableMoney when they are of several, or too much. */
export function sum(amounts: readonly Money[]): Money {
  const currency = amounts[0]?.currency ?? CURRENCY;
  const total = amounts.reduce((cents, money) => {
    if (money.currency !== currency)
      throw new UncountableMoney('SEVERAL_CURRENCIES', `${money.currency} cannot be added to ${currency}`);
    return cents + toCents(money);
  }, 0);
  return fromCents(total, currency);
}

function createTooMuchMoney(): UncountableMoney {
  return new UncountableMoney('TOO_MUCH_MONEY', 'The amount is more than 999999999999.99');
}

/** True when both are the same amount of the same currency. */
export function isSameMoney(a: Money, b: Money): boolean {
  return a.currency === b.currency && toCents(a) === toCents(b);
}
