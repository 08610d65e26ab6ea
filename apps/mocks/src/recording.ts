import type { AnyRequest } from '@bff/fakes';

type Entity = Readonly<Record<string, unknown>>;
interface Stub {
  readonly operation: string;
  readonly rule: { readonly when: object; readonly reply: object };
}

/** The entities that an operation returns: their service and list in a seed, and the property that identifies them. */
const ENTITIES: Readonly<Record<string, readonly [service: string, list: string, id: string]>> = {
  'catalog.listCategories': ['catalog', 'categories', 'id'],
  'catalog.getProducts': ['catalog', 'products', 'id'],
  'catalog.searchProducts': ['catalog', 'products', 'id'],
  'catalog.relatedProducts': ['catalog', 'products', 'id'],
  'customer.getCustomers': ['customer', 'customers', 'id'],
  'customer.getPayments': ['customer', 'payments', 'orderId'],
  'order.getOrders': ['order', 'orders', 'id'],
  'order.listOrdersOfCustomer': ['order', 'orders', 'id'],
};

/** The recorded responses of services, as a scenario file. A newer response replaces an older one. */
export class Recording {
  private readonly things = new Map<string, Map<string, Entity>>();
  private readonly stubs = new Map<string, Stub>();

  constructor(
    private readonly as: 'seed' | 'stubs',
    before: unknown,
  ) {
    const { seed = {}, stubs = [] } = before as {
      readonly seed?: Readonly<Record<string, Readonly<Record<string, readonly Entity[]>>>>;
      readonly stubs?: readonly Stub[];
    };
    for (const [service, lists] of Object.entries(seed))
      for (const [list, things] of Object.entries(lists))
        this.keep(service, list, list === 'payments' ? 'orderId' : 'id', things);
    for (const stub of stubs) this.stubs.set(toKey(stub.operation, stub.rule.when), stub);
  }

  /** Records the response to a request. */
  add(operation: string, { path, query }: AnyRequest, body: object): void {
    if (this.as === 'stubs') {
      const when = { path, query };
      this.stubs.set(toKey(operation, when), { operation, rule: { when, reply: { status: 200, body } } });
      return;
    }
    const place = ENTITIES[operation];
    // Every response with entities has them in `items`.
    if (place) this.keep(...place, (body as { readonly items: readonly Entity[] }).items);
  }

  /** The recording as a scenario file. */
  toScenarioFile(): object {
    const seed: Record<string, Record<string, readonly Entity[]>> = {};
    for (const [place, things] of this.things) {
      const [service = '', list = ''] = place.split('.');
      seed[service] = { ...seed[service], [list]: [...things.values()] };
    }
    const stubs = [...this.stubs.values()];
    return { ...(this.things.size > 0 && { seed }), ...(stubs.length > 0 && { stubs }) };
  }

  private keep(service: string, list: string, id: string, things: readonly Entity[]): void {
    const place = `${service}.${list}`;
    const known = this.things.get(place) ?? new Map<string, Entity>();
    for (const thing of things) known.set(String(thing[id]), thing);
    this.things.set(place, known);
  }
}

function toKey(operation: string, when: object): string {
  return JSON.stringify([operation, when]);
}
