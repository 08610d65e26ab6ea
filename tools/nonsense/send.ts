import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

/** A request as it goes over the wire, right or wrong. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** The response. */
export interface RawAnswer {
  /** 0 when there was no response. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Of a stream what came until its first event, or until it was left. */
  readonly text: string;
}

/** How long a stream may be silent before it is left, in milliseconds. */
const SILENT_MS = 300;

/** Timeout of a response, in milliseconds. */
const LONGEST_MS = 40_000;

/** Sends a request as it is, without the corrections that `fetch` makes. */
export function send(base: string, { method, path, headers, body }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve) => {
    const resolveFailed = (error: Error): void => {
      resolve({ status: 0, headers: {}, text: String(error) });
    };
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request(
      { hostname, port, method, path, headers: { ...headers, ...length }, timeout: LONGEST_MS, agent: false },
      (answer) => {
        let text = '';
        const { statusCode: status = 0, headers: answered } = answer;
        const finish = (): void => {
          resolve({ status, headers: answered, text });
          outgoing.destroy();
        };
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
          if (isStream && /^data: /m.test(text)) finish();
        });
        answer.on('end', finish).on('error', finish);
        const isStream = answered['content-type']?.startsWith('text/event-stream') === true;
        if (isStream) setTimeout(finish, SILENT_MS);
      },
    );
    outgoing.on('error', resolveFailed).on('timeout', () => outgoing.destroy(new Error('No answer came')));
    outgoing.end(body);
  });
}
