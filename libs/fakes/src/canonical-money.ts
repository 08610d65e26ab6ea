interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** Money as the services return it: they store cents, so leading zeros are lost. */
export function toCanonicalMoney<M extends Money>(money: M): M {
  return { ...money, amount: money.amount.replace(/^0+(?=\d)/, '') };
}
