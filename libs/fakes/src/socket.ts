import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FakeResponse } from './fake-response.js';

/** The largest request body that a fake reads, in bytes: as much as a service. */
const MAX_BODY = 256 * 1024;

/** A property that would change the prototype of what it is copied into. */
const POISON = /"__proto__"\s*:/;

/** How often a dripping answer lets a byte go, in milliseconds. */
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

/** What every answer is. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** The types of a body that are read and left as they came; no operation takes them. */
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
    // What is left is read and forgotten, so that the answer finds a client that listens.
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  if (size > MAX_BODY) throw new UnreadableBody(413, 'PAYLOAD_TOO_LARGE', 'The request body is too large.');
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  if (POISON.test(text)) throw new UnreadableBody(400, 'BAD_REQUEST', 'The request body names __proto__.');
  try {
    // One byte order mark is no part of the text.
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
  // A hanging request is left alone: it ends when its caller gives up.
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
  // Before the client can know of the answer: a test that reads the call log after a response must find it there.
  end();
  outgoing.end(text);
}

/** Sends a true RST. A connection that is being closed already cannot be reset any more, and would be left half open. */
function cut({ socket }: ServerResponse): void {
  if (socket?.readableEnded || socket?.writableEnded) socket.destroy();
  else socket?.resetAndDestroy();
}

function drip(outgoing: ServerResponse): void {
  outgoing.writeHead(200, { 'content-type': JSON_TYPE });
  const timer = setInterval(() => outgoing.write(' '), DRIP_MS);
  outgoing.once('close', () => clearInterval(timer));
}
