import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { buildParts } from './graphql-entry-points.js';
import type { Question } from './graphql-entry-points.js';
import type { Values } from './values.js';
import { explainWrongErrors } from './verdict.js';

/** Codes with which a socket may be closed for an invalid message. */
const CLOSES = [1000, 1001, 1002, 1005, 1007, 1009, 1013, 4400, 4401, 4403, 4406, 4408, 4409, 4429];

/** How long a subscription may be silent before it is left, in milliseconds. */
const SILENT_MS = 300;

interface Message {
  readonly type?: string;
  readonly payload?: unknown;
}

/** Sends invalid messages over a WebSocket. Resolves with what is wrong with the responses; undefined when nothing is. */
export async function sendNonsense(
  graphqlUrl: string,
  { operation, headers }: Question,
  values: Values,
): Promise<string | undefined> {
  const { random } = values;
  const socket = new WebSocket(
    graphqlUrl.replace('http', 'ws'),
    random.flip(0.95) ? 'graphql-transport-ws' : 'nonsense',
  );
  const heard: Message[] = [];
  const { promise: over, resolve: end } = Promise.withResolvers<number>();
  socket.on('close', end).on('error', () => end(1005));
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    heard.push(message);
    if (message.type !== 'connection_ack') end(0);
  });
  socket.on('open', () => {
    for (const text of buildMessages({ operation, headers }, values)) socket.send(text);
  });
  const code = await Promise.race([over, sleep(SILENT_MS, 0)]);
  socket.terminate();
  if (code !== 0 && !CLOSES.includes(code)) return `closed with ${code}`;
  return heard.map(explainWrong).find((wrong) => wrong !== undefined);
}

function buildMessages({ operation, headers }: Question, values: Values): readonly string[] {
  const { random } = values;
  const init = JSON.stringify({ type: 'connection_init', payload: random.flip(0.9) ? headers : values.pickAny() });
  const payload = random.flip(0.9) ? buildParts(operation, values, random.flip(0.3)) : values.pickAny();
  const subscribe = JSON.stringify({ id: random.flip(0.95) ? 'a' : values.pickAny(), type: 'subscribe', payload });
  const messages = random.flip(0.95) ? [init, subscribe] : [subscribe, init];
  if (random.flip(0.1))
    messages.push(
      random.pick([values.mangle(subscribe), values.pickText(), JSON.stringify(values.pickAny()), subscribe, init]),
    );
  return messages;
}

function explainWrong({ type, payload }: Message): string | undefined {
  const errors = type === 'error' ? payload : (payload as { readonly errors?: unknown } | undefined)?.errors;
  return Array.isArray(errors) ? explainWrongErrors(errors as Parameters<typeof explainWrongErrors>[0]) : undefined;
}
