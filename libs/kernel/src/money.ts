/** An amount of money: decimal text with two digits ("18.00") and an ISO 4217 currency ("USD"). */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** The one currency that the sample data is in. */
export const CURRENCY = 'USD';

/** Money as whole cents, the form in which it is added, compared and stored. Throws on text that is no amount. */
export function toCents(money: Money): number {
  const match = /^(\d{1,12})\.(\d{2})$/.exec(money.amount);
  if (!match) throw new RangeError(`"${money.amount}" is no amount of money: two decimals are expected, as in "18.00"`);
  return Number(match[1]) * 100 + Number(match[2]);
}

/** Whole cents as Money. */
export function fromCents(cents: number, currency: string = CURRENCY): Money {
  if (!Number.isSafeInteger(cents) || cents < 0) throw new RangeError(`${cents} is no amount of cents`);
  const digits = String(cents).padStart(3, '0');
  return { amount: `${digits.slice(0, -2)}.${digits.slice(-2)}`, currency };
}

/** The price of a line: unit price times quantity, less the discount, rounded half up to the cent. */
export function lineTotal(unitPrice: Money, quantity: number, discountPercent = 0): Money {
  const hundredths = BigInt(toCents(unitPrice)) * BigInt(quantity) * BigInt(100 - discountPercent);
  return fromCents(Number((hundredths + 50n) / 100n), unitPrice.currency);
}

/** The sum of amounts of one currency. Throws when they are of several. */
export function sum(amounts: readonly Money[], currency: string = CURRENCY): Money {
  const total = amounts.reduce((cents, money) => {
    if (money.currency !== currency) throw new RangeError(`${money.currency} cannot be added to ${currency}`);
    return cents + toCents(money);
  }, 0);
  return fromCents(total, currency);
}

/** True when both are the same amount of the same currency. */
export function sameMoney(a: Money, b: Money): boolean {
  return a.currency === b.currency && toCents(a) === toCents(b);
}
