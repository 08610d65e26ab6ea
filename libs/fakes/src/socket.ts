import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FakeResponse } from './fake-response.js';

/** The maximum size of a request body, in bytes: the same as that of a service. */
const MAX_BODY = 256 * 1024;

/** Prototype pollution: a property that would change the prototype of the object it is copied into. */
const POISON = /"__proto__"\s*:/;

/** The interval between two bytes of a dripping response, in milliseconds. */
const DRIP_MS = 25;

/** A body that cannot be read. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody';
  constructor(
    readonly status: 400 | 413,
    readonly code: 'BAD_REQUEST' | 'PAYLOAD_TOO_LARGE',
    message: string,
  ) {
    super(message);
  }
}

/** The content type of every response. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** Content types that are read as text; no operation accepts them. */
const TEXT_TYPES = ['text/plain', 'application/x-www-form-urlencoded'];

/**
 * Reads the body of a write as a service does: JSON is parsed, text is left alone, anything else is refused. Undefined when
 * there is none. Throws UnreadableBody.
 */
export async function readBody(incoming: IncomingMessage): Promise<unknown> {
  const text = await readText(incoming);
  const type = getMediaType(incoming);
  if (type === undefined && text === '') return undefined;
  if (type === 'application/json') return parse(text);
  if (type !== undefined && TEXT_TYPES.includes(type)) return text;
  throw new UnreadableBody(400, 'BAD_REQUEST', `The request body is of a type that is not read: ${type ?? 'none'}.`);
}

/** True for a request that says its body is JSON. */
export function isJson(incoming: IncomingMessage): boolean {
  return getMediaType(incoming) === 'application/json';
}

function getMediaType({ headers }: IncomingMessage): string | undefined {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase();
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is read and discarded, so that the client reads the response.
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  if (size > MAX_BODY) throw new UnreadableBody(413, 'PAYLOAD_TOO_LARGE', 'The request body is too large.');
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  if (POISON.test(text)) throw new UnreadableBody(400, 'BAD_REQUEST', 'The request body names __proto__.');
  try {
    // A byte order mark is not part of the text.
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    throw new UnreadableBody(400, 'BAD_REQUEST', 'The request body is no JSON.');
  }
}

/** Writes a fake response to a socket, and calls `end` when nothing more will come. */
export function sendResponse(response: FakeResponse, outgoing: ServerResponse, end: () => void): void {
  outgoing.once('close', end);
  if (outgoing.destroyed) end();
  else if (response.kind === 'answer') sendAnswer(response, outgoing, end);
  else if (response.kind === 'text') {
    outgoing.writeHead(200, { 'content-type': JSON_TYPE }).end(response.text);
    end();
  } else if (response.kind === 'refuse') cut(outgoing);
  else if (response.kind === 'cut-midway') {
    outgoing.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': 1_000 });
    outgoing.write('{"', () => cut(outgoing));
  } else if (response.kind === 'drip') drip(outgoing);
  // For `hang` nothing is sent: the request ends when its caller aborts it.
}

function sendAnswer(
  { status, body, retryAfter }: Extract<FakeResponse, { kind: 'answer' }>,
  outgoing: ServerResponse,
  end: () => void,
): void {
  const text = JSON.stringify(body);
  outgoing.writeHead(status, {
    'content-type': JSON_TYPE,
    'content-length': Buffer.byteLength(text),
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  });
  // Called before the client receives the response: a test that reads the call log after it must find the call there.
  end();
  outgoing.end(text);
}

/** Sends a RST. A connection that is closing cannot be reset, and would stay half open: it is destroyed. */
function cut({ socket }: ServerResponse): void {
  if (socket?.readableEnded || socket?.writableEnded) socket.destroy();
  else socket?.resetAndDestroy();
}

function drip(outgoing: ServerResponse): void {
  outgoing.writeHead(200, { 'content-type': JSON_TYPE });
  const timer = setInterval(() => outgoing.write(' '), DRIP_MS);
  outgoing.once('close', () => clearInterval(timer));
}
