import { createServer, request as send } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.js';

/** What a proxy does to a request, and how often of a thousand. */
const FAULTS = {
  /** It never arrives. */
  drop: 20,
  /** It is executed, and its response is lost. */
  'lost reply': 25,
  /** Its response comes after every timeout. */
  delay: 10,
  /** It arrives long after its sender has abandoned it. */
  late: 15,
  /** It arrives twice. */
  twice: 20,
} as const;

export type ProxyFault = keyof typeof FAULTS;

/** Number of orders of a thousand for which every attempt of a step fails, so that the saga abandons it. */
const DOOMS = { 'lost reply': 25, late: 25 } as const satisfies Partial<Record<ProxyFault, number>>;

/** Longer than the timeout of a step, in milliseconds, so that its undo may arrive first. */
const DELAY_MS = [900, 2_000] as const;
const LATE_MS = [1_500, 7_000] as const;

/** A proxy before a service that injects faults. */
export class ChaosProxy {
  readonly faults = new Map<ProxyFault, number>();
  /** performance.now() of every write that the service responded to. */
  readonly answered: number[] = [];
  calm = false;
  private readonly lateOnes = new Set<Promise<unknown>>();
  /** By URL, the fault of every attempt of a step of an order; undefined when there is none. */
  private readonly dooms = new Map<string, ProxyFault | undefined>();

  private constructor(
    private readonly server: Server,
    private readonly random: Random,
    public target: string,
  ) {}

  static async start(random: Random): Promise<ChaosProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new ChaosProxy(server, random, '');
    server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
      proxy.handle(incoming, outgoing).catch(() => outgoing.destroy());
    });
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Resolves when every late request has arrived. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.lateOnes);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const fault = this.calm ? undefined : (this.getDoom(incoming) ?? drawFault(this.random, FAULTS));
    if (fault === undefined) return this.pass(incoming, body, outgoing);
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
    if (fault === 'drop') return void outgoing.destroy();
    if (fault === 'late') {
      const late = sleep(this.random.drawBetween(...LATE_MS)).then(() => this.forward(incoming, body));
      this.lateOnes.add(late);
      late.catch(() => undefined);
      return void outgoing.destroy();
    }
    if (fault === 'lost reply') {
      await this.forward(incoming, body);
      return void outgoing.destroy();
    }
    if (fault === 'delay') await sleep(this.random.drawBetween(...DELAY_MS));
    if (fault === 'twice') await this.forward(incoming, body).catch(() => undefined);
    return this.pass(incoming, body, outgoing);
  }

  /** The acts of sagas are PUTs, one address for each order. */
  private getDoom({ method, url = '' }: IncomingMessage): ProxyFault | undefined {
    if (method !== 'PUT') return undefined;
    if (!this.dooms.has(url)) this.dooms.set(url, drawFault(this.random, DOOMS));
    return this.dooms.get(url);
  }

  private async pass(incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): Promise<void> {
    const { status, headers, text } = await this.forward(incoming, body);
    if (incoming.method !== 'GET') this.answered.push(performance.now());
    if (!outgoing.destroyed) outgoing.writeHead(status, headers).end(text);
  }

  private forward(
    { method, url, headers }: IncomingMessage,
    body: Buffer,
  ): Promise<{ readonly status: number; readonly headers: IncomingMessage['headers']; readonly text: Buffer }> {
    return new Promise((resolve, reject) => {
      const request = send(new URL(url ?? '/', this.target), { method, headers, agent: false }, (response) => {
        buffer(response).then(
          (text) => resolve({ status: response.statusCode ?? 502, headers: response.headers, text }),
          reject,
        );
      });
      request.once('error', reject);
      request.end(body);
    });
  }
}

/** A random fault, each with its share of a thousand; mostly none. */
function drawFault(random: Random, faults: Partial<Record<ProxyFault, number>>): ProxyFault | undefined {
  let left = random.draw() * 1_000;
  for (const [fault, often] of Object.entries(faults)) {
    left -= often;
    // Object.entries widens the names of faults to string.
    if (left < 0) return fault as ProxyFault;
  }
  return undefined;
}
