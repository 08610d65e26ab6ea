import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:querystring';
import { getContract, SERVICES } from '@bff/contracts';
import type { ServiceName } from '@bff/contracts';
import { createClientErrorHandler, DEFAULT_BOUNDS, toProblem, createServerOptions } from '@bff/http-server';
import type { ServerBounds } from '@bff/http-server';
import { BAGGAGE, isId, readBaggage } from '@bff/kernel';
import type { SkippedDuty } from './duties.js';
import { findOperation } from './router.js';
import { Scope } from './scope.js';
import type { ScopeOptions } from './scope.js';
import type { Seed } from './seed.js';
import { isJson, JSON_TYPE, sendResponse, readBody, UnreadableBody } from './socket.js';

/** The scope of requests that name none. */
const DEFAULT_SCOPE = 'default';

/** The number of scopes that are kept. The oldest is dropped first, so that fakes can run for weeks. */
const MAX_SCOPES = 1_000;

export interface FakesOptions extends Pick<ScopeOptions, 'answerInstead'> {
  /** The initial data of every scope. */
  readonly seed: Seed;
  /** The address that the fakes listen on. */
  readonly host?: string;
  /** The maximum number of connections of each, and the time in which a request must arrive. */
  readonly bounds?: ServerBounds;
  /** A free port where none is given. */
  readonly ports?: Partial<Readonly<Record<ServiceName, number>>>;
  /**
   * What happens to a request of an unknown scope. With 'create' a scope begins with its first request, and requests that name
   * none share one. With 'reject' only scopes that were created here are served; every other request is a stray.
   */
  readonly unknownScopes: 'create' | 'reject';
  /** Called when a scope begins, before its first response. */
  readonly onBegin?: (scope: Scope) => void;
  /** A duty that the fakes skip on purpose. */
  readonly skipDuty?: SkippedDuty;
  /** Kills the orchestrator that works for a scope, and starts it again; resolves when it is dead. */
  readonly killOrchestrator?: (scopeId: string) => Promise<void>;
}

/** The three services as fakes on real sockets. */
export class Fakes {
  /** Requests of unknown scopes, one line each: a process between the test and the fakes lost the scope, or kept an old one. */
  readonly strays: string[] = [];
  private readonly byId = new Map<string, Scope>();
  /** For each scope that has ended, the idempotency keys of its writes. */
  private readonly ended = new Map<string, ReadonlySet<string>>();
  private readonly listeners = new Set<(scope: Scope) => void>();
  private servers: readonly Server[] = [];

  private constructor(
    private readonly options: FakesOptions,
    /** Base URLs, without a slash at their ends. */
    readonly urls: Readonly<Record<ServiceName, string>>,
  ) {}

  /** Starts the fakes. Resolves when all three are ready. */
  static async start(options: FakesOptions): Promise<Fakes> {
    const { host = '127.0.0.1', ports = {}, bounds = DEFAULT_BOUNDS } = options;
    const urls = { order: '', customer: '', catalog: '' };
    const fakes = new Fakes(options, urls);
    const start = async (service: ServiceName): Promise<Server> => {
      const server = createServer(
        createServerOptions(bounds),
        (incoming, outgoing) => void fakes.serve(service, incoming, outgoing),
      );
      server.maxConnections = bounds.MAX_CONNECTIONS;
      server.on('clientError', createClientErrorHandler(toProblem));
      await listen(server, ports[service] ?? 0, host);
      // A TCP server that listens has an address with a port.
      urls[service] = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
      return server;
    };
    fakes.servers = await Promise.all(SERVICES.map(start));
    return fakes;
  }

  /** The scope with this id; it begins when there is none. */
  getOrBeginScope(id: string): Scope {
    let scope = this.byId.get(id);
    if (!scope) {
      const { seed, skipDuty, killOrchestrator, answerInstead, onBegin } = this.options;
      scope = new Scope(id, {
        seed,
        skipDuty,
        answerInstead,
        killOrchestrator: killOrchestrator && (() => killOrchestrator(id)),
      });
      this.byId.set(id, scope);
      if (this.byId.size > MAX_SCOPES) this.byId.delete(this.scopes[0]?.id ?? '');
      onBegin?.(scope);
    }
    return scope;
  }

  /** True when a scope with this id has begun and not ended. */
  has(id: string): boolean {
    return this.byId.has(id);
  }

  /** The scopes that have begun and not ended, the oldest first. */
  get scopes(): readonly Scope[] {
    return [...this.byId.values()];
  }

  /**
   * Forgets a scope. With `unknownScopes: 'reject'`, a request that still comes for it is a stray, unless it is a write that came before:
   * writes are delivered at least once, and a process that was thought dead may deliver one after the end.
   */
  end(id: string): void {
    const keys = this.byId.get(id)?.callLog.calls.map(({ request }) => request?.idempotencyKey ?? '');
    this.byId.delete(id);
    if (this.options.unknownScopes === 'reject') this.ended.set(id, new Set(keys));
  }

  /** Calls the listener whenever something has happened in a scope. Returns a function that removes the listener. */
  onChange(listener: (scope: Scope) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Cuts every connection and stops. */
  async close(): Promise<void> {
    await Promise.all(this.servers.map(closeServer));
  }

  private async serve(service: ServiceName, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { path, query } = parseTarget(incoming.url ?? '/');
    // A HEAD is a GET whose response has no body; Node omits the body.
    const method = incoming.method === 'HEAD' ? 'GET' : (incoming.method ?? 'GET');
    if (method === 'GET' && respondBesideContract(service, path, outgoing)) return;
    const scope = this.findScope(incoming, `${method} ${service} ${path}`);
    if (!scope) return reply(outgoing, 503, 'UNAVAILABLE', 'This request belongs to no scope that is known here.');
    try {
      // For an unknown route, a service reads only JSON.
      const isRead = method !== 'GET' && (findOperation(service, method, path) !== undefined || isJson(incoming));
      const body = isRead ? await readBody(incoming) : undefined;
      if (!isRead) incoming.resume();
      const receiving = scope.receive({ service, method, path, query, headers: incoming.headers, body });
      this.notifyListeners(scope);
      const { response, end } = await receiving;
      sendResponse(response, outgoing, () => {
        end();
        this.notifyListeners(scope);
      });
    } catch (error) {
      if (error instanceof UnreadableBody) {
        scope.recordUnreadable(`The body of ${method} ${service} ${path}`, error.message);
        reply(outgoing, error.status, error.code, error.message);
      } else if (!incoming.destroyed) reply(outgoing, 500, 'INTERNAL', String(error));
    }
  }

  /** The scope that a request names in its baggage; undefined for a stray. */
  private findScope({ headers }: IncomingMessage, what: string): Scope | undefined {
    const header = headers['baggage'];
    const id = readBaggage(typeof header === 'string' ? header : header?.join(','))[BAGGAGE.scope];
    if (this.options.unknownScopes === 'create')
      return this.getOrBeginScope(id !== undefined && isId(id) ? id : DEFAULT_SCOPE);
    const scope = id === undefined ? undefined : this.byId.get(id);
    if (scope) return scope;
    const keys = id === undefined ? undefined : this.ended.get(id);
    const key = headers['idempotency-key'];
    const again = typeof key === 'string' && keys?.has(key) === true;
    if (!again) this.strays.push(describeStray(what, id, keys !== undefined));
    return undefined;
  }

  private notifyListeners(scope: Scope): void {
    for (const listener of this.listeners) listener(scope);
  }
}

/** Path and query as a service reads them: nothing is resolved, and a name that comes several times is a list. */
function parseTarget(url: string): { readonly path: string; readonly query: Readonly<Record<string, unknown>> } {
  const [target = ''] = url.split('#');
  const at = target.indexOf('?');
  if (at < 0) return { path: target, query: {} };
  return { path: target.slice(0, at), query: { ...parse(target.slice(at + 1), '&', '=', { maxKeys: 0 }) } };
}

function describeStray(what: string, id: string | undefined, ended: boolean): string {
  if (id === undefined) return `${what} came without a scope: its baggage was lost on the way.`;
  return ended
    ? `${what} came for scope ${id}, which has ended.`
    : `${what} came for scope ${id}, which was never started.`;
}

/** Serves the routes outside the contract: the OpenAPI document and the health checks. */
function respondBesideContract(service: ServiceName, path: string, outgoing: ServerResponse): boolean {
  const body =
    path === '/openapi.json'
      ? getContract(service).document
      : path === '/health/live' || path === '/health/ready'
        ? { status: path.slice('/health/'.length) }
        : undefined;
  if (body) outgoing.writeHead(200, { 'content-type': JSON_TYPE }).end(JSON.stringify(body));
  return body !== undefined;
}

function reply(outgoing: ServerResponse, status: number, code: string, message: string): void {
  if (outgoing.headersSent || outgoing.destroyed) return;
  outgoing.writeHead(status, { 'content-type': JSON_TYPE }).end(JSON.stringify({ code, message }));
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
