import type { ApolloServerPlugin } from '@apollo/server';
import type { PageContext, Viewer } from '@bff/page';
import { OperationTypeNode } from 'graphql';

/** So many viewers who wrote are remembered. */
const MAX_WRITERS = 10_000;

/** Who shares the answers of reads in flight with whom: a viewer with nobody else, and not with what was asked before they wrote. */
export class Audiences {
  /** How often each viewer wrote. */
  private readonly writes = new Map<string, number>();

  of(viewer: Viewer | null): string {
    if (!viewer) return 'nobody';
    return `${viewer.customerId} ${this.writes.get(viewer.customerId) ?? 0}`;
  }

  /** From now on the viewer joins no read that began before. */
  wrote({ customerId }: Viewer): void {
    const writes = (this.writes.get(customerId) ?? 0) + 1;
    this.writes.delete(customerId);
    this.writes.set(customerId, writes);
    const [oldest] = this.writes.keys();
    if (this.writes.size > MAX_WRITERS && oldest !== undefined) this.writes.delete(oldest);
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
