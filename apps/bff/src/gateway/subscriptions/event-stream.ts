import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { SubscriptionResults } from './subscription-results.js';

/** How often an idle stream sends a comment, so that proxies do not close it, in milliseconds. */
const KEEP_ALIVE_MS = 12_000;

/** One subscription as server-sent events: `next` for each result, and `complete` at the end (graphql-sse, distinct connections). */
export class EventStream {
  private results: SubscriptionResults | undefined;
  private isDisconnected = false;

  constructor(private readonly response: ServerResponse) {}

  /** Sends errors, and ends. */
  reject(result: ExecutionResult): void {
    this.start();
    this.response.end(formatEvent('next', result) + formatEvent('complete'));
  }

  /** Sends results until there are no more, or the client disconnects. */
  async send(
    results: SubscriptionResults,
    formatResult: (result: ExecutionResult) => ExecutionResult,
    formatError: (error: unknown) => ExecutionResult,
  ): Promise<void> {
    const { response } = this;
    this.results = results;
    this.start();
    const keepAlive = setInterval(() => response.write(':\n\n'), KEEP_ALIVE_MS);
    response.once('close', () => {
      clearInterval(keepAlive);
      results.end();
    });
    if (response.destroyed) results.end();
    try {
      for await (const result of results) await this.write(formatEvent('next', formatResult(result)));
    } catch (error) {
      await this.write(formatEvent('next', formatError(error)));
    }
    clearInterval(keepAlive);
    response.end(this.isDisconnected ? undefined : formatEvent('complete'));
  }

  /** Ends the stream without `complete`, so that the client reconnects to another BFF and resumes. */
  disconnect(): void {
    this.isDisconnected = true;
    this.results?.end();
  }

  private start(): void {
    this.response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      connection: 'keep-alive',
    });
    // Some browsers open the stream only at the first byte.
    this.response.write(':\n\n');
  }

  /** Waits while the client reads more slowly than the results come. */
  private async write(text: string): Promise<void> {
    const { response } = this;
    if (response.destroyed || response.write(text)) return;
    const done = new AbortController();
    await Promise.race([once(response, 'drain', done), once(response, 'close', done)]).catch(() => undefined);
    done.abort();
  }
}

function formatEvent(event: 'next' | 'complete', data?: ExecutionResult): string {
  return `event: ${event}\ndata:${data === undefined ? '' : ` ${JSON.stringify(data)}`}\n\n`;
}
