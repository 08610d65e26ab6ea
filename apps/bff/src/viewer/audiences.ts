import type { ApolloServerPlugin } from '@apollo/server';
import { BoundedMap } from '@bff/kernel';
import type { PageContext, Viewer } from '@bff/page';
import { OperationTypeNode } from 'graphql';

const MAX_WRITERS = 10_000;

/** Who shares the answers of reads in flight with whom: a viewer with nobody else, and not with what was asked before they wrote. */
export class Audiences {
  /** How often each viewer wrote. */
  private readonly writes = new BoundedMap<string, number>(MAX_WRITERS);

  of(viewer: Viewer | null): string {
    if (!viewer) return 'nobody';
    return `${viewer.customerId} ${this.writes.get(viewer.customerId) ?? 0}`;
  }

  /** From now on the viewer joins no read that began before. */
  wrote({ customerId }: Viewer): void {
    this.writes.set(customerId, (this.writes.get(customerId) ?? 0) + 1);
  }
}

/** Whoever has the answer of a mutation sees what it did. */
export function writesPlugin(audiences: Audiences): ApolloServerPlugin<PageContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse: ({ operation, contextValue: { viewer } }) => {
          if (viewer && operation?.operation === OperationTypeNode.MUTATION) audiences.wrote(viewer);
          return Promise.resolve();
        },
      }),
  };
}
