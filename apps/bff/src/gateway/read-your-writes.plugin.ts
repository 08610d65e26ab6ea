import type { ApolloServerPlugin } from '@apollo/server';
import { BoundedMap } from '@bff/kernel';
import type { PageContext, Viewer } from '@bff/page';
import { OperationTypeNode } from 'graphql';

const MAX_WRITERS = 10_000;

/**
 * Coalescing keys of viewers: reads in flight are shared only among those with the same key. Each viewer has one, which changes
 * when the viewer writes, so that no later read joins one from before the write.
 */
export class CoalescingKeys {
  /** The number of writes of each viewer. */
  private readonly writes = new BoundedMap<string, number>(MAX_WRITERS);

  getKey(viewer: Viewer | null): string {
    if (!viewer) return 'anonymous';
    return `viewer ${viewer.customerId} ${this.writes.get(viewer.customerId) ?? 0}`;
  }

  recordWrite({ customerId }: Viewer): void {
    this.writes.set(customerId, (this.writes.get(customerId) ?? 0) + 1);
  }
}

/** Read your writes: a viewer who has the response of a mutation never gets a coalesced response from before it. */
export function createReadYourWritesPlugin(coalescingKeys: CoalescingKeys): ApolloServerPlugin<PageContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse: ({ operation, contextValue: { viewer } }) => {
          if (viewer && operation?.operation === OperationTypeNode.MUTATION) coalescingKeys.recordWrite(viewer);
          return Promise.resolve();
        },
      }),
  };
}
