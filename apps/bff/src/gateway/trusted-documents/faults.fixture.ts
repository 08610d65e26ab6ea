import type { Scope } from '@bff/fakes';

/** How the services are while a document is answered. */
export const FAULTS = ['none', 'refuse', 'status', 'lie', 'reset', 'late'] as const;

/** Breaks them for a scope. */
export function breakServices({ rules }: Scope, fault: (typeof FAULTS)[number]): void {
  if (fault === 'refuse') rules.add({ service: 'catalog' }, { faults: ['refuse'] }, false);
  if (fault === 'status') rules.add({ service: 'customer' }, { faults: [{ status: 503 }] }, false);
  if (fault === 'lie') rules.add({ service: 'order' }, { faults: ['lie'] }, false);
  if (fault === 'reset') rules.add({ service: 'catalog', operation: 'getProducts' }, { faults: ['reset'] }, false);
  if (fault === 'late') rules.add({ service: 'order' }, { faults: [{ latency: 5 }] }, false);
}
