import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { getContract, getEvent } from './contract.js';
import { SERVICES } from './services.js';
import type { ServiceName } from './services.js';

const folder = new URL('../events/', import.meta.url);

interface Sample {
  readonly type: string;
  readonly source: string;
  readonly dataschema: string;
  readonly data: Record<string, unknown>;
}

/** One event of each type, as it was when it was first released. */
const samples = readdirSync(folder).map((file) => ({
  file,
  sample: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Sample,
}));

const events = SERVICES.flatMap((service) =>
  [...getContract(service).events.keys()].map((type) => ({ service, type })),
);

describe('every event of every contract', () => {
  it.each(events)('$service $type: has a sample, so that it can still be read when the contract has changed', (one) => {
    const sample = samples.find(({ file }) => file === `${one.type}.json`)?.sample;
    expect(sample).toMatchObject({
      type: one.type,
      source: `/${one.service}`,
      dataschema: `/${one.service}/openapi.json#${one.type}`,
    });
  });

  it('has a name of its own', () => {
    expect(events.length).toBeGreaterThan(10);
    expect(new Set(events.map(({ type }) => type)).size).toBe(events.length);
  });
});

describe('every event that was ever released', () => {
  it.each(samples)(
    '$file: is accepted, also with properties of a later version',
    ({ sample: { source, type, data } }) => {
      // A spec above holds the source.
      const contract = getEvent(source.slice(1) as ServiceName, type);
      contract.acceptData(data);
      contract.acceptData({ ...data, later: true });
      expect(() => contract.checkData({ ...data, unknown: true })).toThrow(`${type} data must not have "unknown"`);
    },
  );
});

describe('an event', () => {
  it('that lacks what its contract requires is refused', () => {
    expect(() => getEvent('order', 'OrderRejected').acceptData({})).toThrow(
      "OrderRejected data must have required property 'code'",
    );
  });

  it('of a type that a service does not emit has no contract', () => {
    expect(() => getEvent('order', 'OrderLost')).toThrow('The order contract has no event "OrderLost"');
  });
});
