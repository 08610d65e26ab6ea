import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that passed through a proxy. */
export interface ProxiedCall {
  readonly method: string;
  /** The path without its query. */
  readonly path: string;
}

/** A request that a proxy holds back. */
export interface Held {
  /** Resolves when a request has come and is being held. */
  readonly reached: Promise<void>;
  /** Lets it, and all that come after it, pass. */
  release(): void;
}

/** A proxy between two processes: counts calls, and holds requests and responses on demand. */
export interface Proxy {
  readonly url: string;
  readonly calls: readonly ProxiedCall[];
  /** Where it sends what it gets; set once the address is known. */
  target: string;
  /** Holds requests like this one before they reach the target. */
  hold(method: string, path: RegExp): Held;
  /** Lets requests like this one take effect, and then holds their answer. */
  holdReply(method: string, path: RegExp): Held;
  /** Releases everything that is held. */
  releaseAll(): void;
  close(): Promise<void>;
}

interface Rule {
  readonly method: string;
  readonly path: RegExp;
  readonly when: 'before' | 'after';
  readonly reach: () => void;
  readonly released: Promise<void>;
  readonly release: () => void;
}

export async function startProxy(): Promise<Proxy> {
  const calls: ProxiedCall[] = [];
  const rules: Rule[] = [];
  const server = createServer((incoming, outgoing) => {
    const path = (incoming.url ?? '').split('?')[0] ?? '';
    const method = incoming.method ?? '';
    calls.push({ method, path });
    const waitAt = async (when: Rule['when']): Promise<void> => {
      const rule = rules.find((r) => r.when === when && r.method === method && r.path.test(path));
      rule?.reach();
      await rule?.released;
    };
    void forward(proxy.target, incoming, outgoing, waitAt);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const addRule = (when: Rule['when'], method: string, path: RegExp): Held => {
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const release = (): void => {
      rules.splice(rules.indexOf(rule), 1);
      released.resolve();
    };
    const rule: Rule = { method, path, when, reach: reached.resolve, released: released.promise, release };
    rules.push(rule);
    return { reached: reached.promise, release };
  };
  const proxy: Proxy = {
    url: `http://127.0.0.1:${port}`,
    calls,
    target: '',
    hold: (method, path) => addRule('before', method, path),
    holdReply: (method, path) => addRule('after', method, path),
    releaseAll: () => {
      for (const rule of [...rules]) rule.release();
    },
    close: () => close(server),
  };
  return proxy;
}

async function forward(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  waitAt: (when: Rule['when']) => Promise<void>,
): Promise<void> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    await waitAt('before');
    const answer = await send(target, incoming, Buffer.concat(chunks));
    await waitAt('after');
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  } catch {
    // The target is dead, or the caller is: either way the caller's connection breaks, as it would without a proxy.
    outgoing.destroy();
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function send(target: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(new URL(incoming.url ?? '/', target), {
      method: incoming.method,
      headers: { ...incoming.headers, connection: 'close' },
      agent: false,
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { connection: _, 'keep-alive': __, ...headers } = response.headers;
        resolve({ status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks) });
      });
    });
    outgoing.end(body);
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
