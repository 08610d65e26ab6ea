import { describe, expect, it } from '@jest/globals';
import { MAX_BAGGAGE, readBaggage, writeBaggage } from './baggage.js';

describe('baggage', () => {
  it('is read and written, whatever stands in a value', () => {
    const baggage = { 'bff-scope': 'a, b; c=d é', other: '' };
    expect(readBaggage(writeBaggage(baggage))).toEqual(baggage);
  });

  it('is read as others write it: with spaces and properties', () => {
    expect(readBaggage(' a = 1 ;ttl=3 , b=2')).toEqual({ a: '1', b: '2' });
  });

  it('leaves out what is malformed, and keeps the rest', () => {
    expect(readBaggage('nothing,=no-name,broken=%E0%A4%A,good=1')).toEqual({ good: '1' });
    expect(readBaggage(undefined)).toEqual({});
  });

  it('reads no more than may be sent', () => {
    expect(readBaggage(`a=1,b=${'x'.repeat(MAX_BAGGAGE)},c=3`)).not.toHaveProperty('c');
  });
});
