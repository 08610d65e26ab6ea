import type { ServiceName } from '@bff/contracts';
import type { AnyRequest } from './call.js';
import { createCatalogFake } from './catalog.fake.js';
import { createCustomerFake } from './customer.fake.js';
import { Duties } from './duties.js';
import type { SkippedDuty, Settled } from './duties.js';
import { createOrderFake } from './order.fake.js';
import type { Seed } from './seed.js';

/** The three fakes, each with its operations by name. */
export type Services = Readonly<
  Record<ServiceName, Readonly<Record<string, ((request: AnyRequest) => Settled) | undefined>>>
>;

/** Creates the three fakes, with separate data. */
export function createServices(seed: Seed, skipDuty: SkippedDuty | undefined): Services {
  const fakes = {
    order: createOrderFake(seed.order, new Duties(skipDuty)),
    customer: createCustomerFake(seed.customer, new Duties(skipDuty)),
    catalog: createCatalogFake(seed.catalog, new Duties(skipDuty)),
  };
  // A request is given to the operation whose contract it was checked against; types cannot express here that the two belong together.
  return fakes as unknown as Services;
}
