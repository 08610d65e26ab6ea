interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** Money as the services give it back: they keep cents, so that zeros before an amount are gone. */
export function toCanonicalMoney<M extends Money>(money: M): M {
  return { ...money, amount: money.amount.replace(/^0+(?=\d)/, '') };
}
