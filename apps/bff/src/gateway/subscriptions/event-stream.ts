import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { SubscriptionResults } from './subscription-results.js';

/** How often a client that hears nothing is told that the connection stands, in milliseconds. */
const PING_MS = 12_000;

/** One subscription as server-sent events: `next` for each result, and `complete` when it is over (graphql-sse, distinct connections). */
export class EventStream {
  private results: SubscriptionResults | undefined;
  private isCut = false;

  constructor(private readonly response: ServerResponse) {}

  /** Sends errors alone. */
  refuse(result: ExecutionResult): void {
    this.begin();
    this.response.end(frameOf('next', result) + frameOf('complete'));
  }

  /** Sends results until there are no more, or nobody listens. `told` gives each its final form. */
  async send(
    results: SubscriptionResults,
    told: (result: ExecutionResult) => ExecutionResult,
    refusalOf: (error: unknown) => ExecutionResult,
  ): Promise<void> {
    const { response } = this;
    this.results = results;
    this.begin();
    const ping = setInterval(() => response.write(':\n\n'), PING_MS);
    response.once('close', () => {
      clearInterval(ping);
      results.end();
    });
    if (response.destroyed) results.end();
    try {
      for await (const result of results) await this.write(frameOf('next', told(result)));
    } catch (error) {
      await this.write(frameOf('next', refusalOf(error)));
    }
    clearInterval(ping);
    response.end(this.isCut ? undefined : frameOf('complete'));
  }

  /** Ends the connection without saying that the subscription is complete: the client goes on elsewhere. */
  cut(): void {
    this.isCut = true;
    this.results?.end();
  }

  private begin(): void {
    this.response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      connection: 'keep-alive',
    });
    // Some browsers wait for the first byte.
    this.response.write(':\n\n');
  }

  /** Waits for a client that reads slowly. */
  private async write(text: string): Promise<void> {
    const { response } = this;
    if (response.destroyed || response.write(text)) return;
    const done = new AbortController();
    await Promise.race([once(response, 'drain', done), once(response, 'close', done)]).catch(() => undefined);
    done.abort();
  }
}

function frameOf(event: 'next' | 'complete', data?: ExecutionResult): string {
  return `event: ${event}\ndata:${data === undefined ? '' : ` ${JSON.stringify(data)}`}\n\n`;
}
