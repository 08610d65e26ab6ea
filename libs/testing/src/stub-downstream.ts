import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { contractOf } from '@bff/contracts';
import type { AnswerOf, CheckedRequest, Operation, OperationId, ServiceName } from '@bff/contracts';
import { Rejection } from '@bff/kernel';

/**
 * What a stub answers, by operation; an answer that throws a Rejection says no. An operation without an answer is one that
 * must not be called.
 */
export type StubAnswers<S extends ServiceName> = {
  readonly [O in OperationId<S>]?: (request: CheckedRequest<S, O>) => AnswerOf<S, O>;
};

/** A downstream on a real socket that answers as a test tells it. */
export interface StubDownstream {
  readonly url: string;
  /** The operations that were called, in order. */
  readonly calls: readonly string[];
  /** From now on every call is cut without an answer. */
  breakDown(): void;
  close(): Promise<void>;
}

/**
 * Starts a stub of a service. It holds requests and answers against the contract: neither the caller nor the test can
 * say what the real service would not.
 */
export async function stubDownstream<S extends ServiceName>(
  service: S,
  answers: StubAnswers<S>,
): Promise<StubDownstream> {
  const calls: string[] = [];
  let broken = false;
  const server = createServer((incoming, outgoing) => {
    if (broken) incoming.socket.resetAndDestroy();
    else void serve(service, answers, calls, incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    breakDown: () => {
      broken = true;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

async function serve<S extends ServiceName>(
  service: S,
  answers: StubAnswers<S>,
  calls: string[],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://stub');
  const found = find(service, incoming.method ?? '', url.pathname);
  if (!found) return reply(outgoing, 404, { code: 'NOT_FOUND', message: `${service} has nothing at ${url.pathname}` });
  const { operation, path } = found;
  calls.push(operation.id);
  try {
    const { query, body, headers } = operation.checkRequest({
      path,
      query: Object.fromEntries(url.searchParams),
      headers: incoming.headers,
      body: await readJson(incoming),
    });
    // The contract was checked on the line above; the map is typed by operation, which a runtime name cannot show.
    const answer = answers[operation.id as OperationId<S>] as ((request: unknown) => unknown) | undefined;
    if (!answer) throw new Error(`This test did not expect a call of ${service}.${operation.id}`);
    const answered = settle(() => answer({ path, query, body, idempotencyKey: headers['idempotency-key'] ?? '' }));
    operation.checkAnswer(answered.status, answered.body);
    reply(outgoing, answered.status, answered.body);
  } catch (error) {
    reply(outgoing, 400, { code: 'BAD_REQUEST', message: String(error) });
  }
}

function settle(answer: () => unknown): { readonly status: number; readonly body: unknown } {
  try {
    return { status: 200, body: answer() };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    const { status, code, message, details } = error;
    return { status, body: { code, message, ...(Object.keys(details).length > 0 && { details }) } };
  }
}

function find(
  service: ServiceName,
  method: string,
  pathname: string,
): { readonly operation: Operation; readonly path: Record<string, string> } | undefined {
  for (const operation of contractOf(service).operations.values()) {
    const pattern = new RegExp(`^${operation.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    const match = operation.method === method ? pattern.exec(pathname) : null;
    if (match) return { operation, path: { ...match.groups } };
  }
  return undefined;
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? undefined : (JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown);
}

function reply(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
