import { describe, expect, it } from '@jest/globals';
import { fromCents, computeLineTotal, isSameMoney, sum, toCents } from './money.js';

const usd = (amount: string) => ({ amount, currency: 'USD' });

describe('money', () => {
  it('goes to cents and back without loss', () => {
    for (const amount of ['0.00', '0.01', '0.10', '1.00', '18.00', '999999999999.99'])
      expect(fromCents(toCents(usd(amount)))).toEqual(usd(amount));
  });

  it('refuses text that is no amount, and says what it expects', () => {
    for (const amount of ['', '1', '1.5', '-1.00', '1.000', 'x', '1e3.00', ' 1.00'])
      expect(() => toCents(usd(amount))).toThrow(/two decimals are expected/);
  });

  it('rounds a discounted line half up to the cent', () => {
    expect(computeLineTotal(usd('14.00'), 12)).toEqual(usd('168.00'));
    expect(computeLineTotal(usd('0.05'), 1, 10)).toEqual(usd('0.05')); // 4.5 cents
    expect(computeLineTotal(usd('0.05'), 1, 11)).toEqual(usd('0.04')); // 4.45 cents
    expect(computeLineTotal(usd('263.50'), 1_000_000)).toEqual(usd('263500000.00'));
  });

  it('adds amounts of one currency only', () => {
    expect(sum([usd('0.10'), usd('0.20')])).toEqual(usd('0.30'));
    expect(sum([])).toEqual(usd('0.00'));
    expect(() => sum([usd('1.00'), { amount: '1.00', currency: 'EUR' }])).toThrow('EUR cannot be added to USD');
  });

  it('adds in the currency of what is added', () => {
    const eur = (amount: string) => ({ amount, currency: 'EUR' });
    expect(sum([eur('0.10'), eur('0.20')])).toEqual(eur('0.30'));
    expect(computeLineTotal(eur('0.10'), 3)).toEqual(eur('0.30'));
  });

  it('says why amounts have no sum', () => {
    const most = '999999999999.99';
    expect(sum([usd('999999999999.98'), usd('0.01')])).toEqual(usd(most));
    const tooMuch = expect.objectContaining({ name: 'UncountableMoney', reason: 'TOO_MUCH_MONEY' }) as unknown as Error;
    expect(() => sum([usd(most), usd('0.01')])).toThrow(tooMuch);
    expect(() => computeLineTotal(usd('900000000.00'), 10_000)).toThrow(tooMuch);
    expect(() => computeLineTotal(usd(most), 1_000_000)).toThrow(tooMuch);
    expect(() => sum([usd('1.00'), { amount: '1.00', currency: 'EUR' }])).toThrow(
      expect.objectContaining({ reason: 'SEVERAL_CURRENCIES' }),
    );
  });

  it('compares by amount and currency', () => {
    expect(isSameMoney(usd('1.00'), usd('1.00'))).toBe(true);
    expect(isSameMoney(usd('1.00'), usd('1.01'))).toBe(false);
    expect(isSameMoney(usd('1.00'), { amount: '1.00', currency: 'EUR' })).toBe(false);
  });
});
