import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A request that is sent again and again: its bytes, and whether a body is the right answer to it. */
export interface LoadRequest {
  readonly bytes: Buffer;
  readonly isRight: (body: string) => boolean;
}

export interface LoadResult {
  readonly answered: number;
  readonly wrong: number;
  readonly seconds: number;
  /** Milliseconds, one for each answer. */
  readonly times: readonly number[];
}

/** The bytes of a POST of JSON. */
export function post(url: URL, headers: Readonly<Record<string, string>>, body: object): Buffer {
  const text = JSON.stringify(body);
  const lines = Object.entries({ ...headers, 'content-type': 'application/json', host: url.host });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(
    `POST ${url.pathname} HTTP/1.1\r\n${head}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

/** Sends requests over a number of connections for some time, each as soon as the one before it is answered. */
export async function load(
  url: URL,
  nextRequest: () => LoadRequest,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<LoadResult> {
  const times: number[] = [];
  let wrong = 0;
  const began = performance.now();
  const until = began + seconds * 1_000;
  const runConnection = async (): Promise<void> => {
    const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    const answers = new Answers(socket);
    while (performance.now() < until) {
      const request = nextRequest();
      const sent = performance.now();
      socket.write(request.bytes);
      const body = await answers.readNext();
      times.push(performance.now() - sent);
      if (!request.isRight(body)) wrong++;
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: connections }, runConnection));
  return { answered: times.length, wrong, times, seconds: (performance.now() - began) / 1_000 };
}

/** The bodies of the answers on a connection, one after the other. */
class Answers {
  private rest: Buffer = Buffer.alloc(0);
  private waiting: { readonly resolve: (body: string) => void; readonly reject: (error: Error) => void } | undefined;

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
      this.report();
    });
    const failWaiting = (): void => this.waiting?.reject(new Error('The gateway closed the connection'));
    socket.on('error', failWaiting);
    socket.on('close', failWaiting);
  }

  readNext(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  private report(): void {
    const end = this.rest.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.rest.toString('latin1', 0, end).toLowerCase();
    const length = /content-length: *(\d+)/.exec(head)?.[1];
    const from = end + 4;
    const body = length === undefined ? this.readChunked(from) : this.readPlain(from, Number(length));
    if (body === undefined) return;
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.resolve(body);
  }

  private readPlain(from: number, length: number): string | undefined {
    if (this.rest.length < from + length) return undefined;
    const body = this.rest.toString('utf8', from, from + length);
    this.rest = this.rest.subarray(from + length);
    return body;
  }

  private readChunked(from: number): string | undefined {
    const parts: Buffer[] = [];
    for (let at = from; ;) {
      const line = this.rest.indexOf('\r\n', at);
      if (line < 0) return undefined;
      const size = parseInt(this.rest.toString('latin1', at, line), 16);
      const end = line + 2 + size + 2;
      if (this.rest.length < end) return undefined;
      if (size === 0) {
        this.rest = this.rest.subarray(end);
        return Buffer.concat(parts).toString();
      }
      parts.push(this.rest.subarray(line + 2, line + 2 + size));
      at = end;
    }
  }
}
