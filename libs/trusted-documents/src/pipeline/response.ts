import type { FastifyReply } from 'fastify';
import type { Sent } from './plugin-lifecycle.js';

/** What goes back to a client. */
export interface Answer {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  readonly text: string;
}

/** As Apollo Server writes it. */
export function answerOf({ singleResult, status, headers }: Sent, type: string): Answer {
  const { errors, data, extensions } = singleResult;
  // Without the line break at Apollo's end: it would cost a copy of the whole text.
  const text = JSON.stringify({ errors, data, extensions });
  return { status, text, headers: [['content-type', type], ...headers] };
}

/** Sends it. */
export function send(reply: FastifyReply, { status, headers, text }: Answer): void {
  reply.code(status);
  for (const [name, value] of headers) reply.header(name, value);
  reply.send(text);
}
