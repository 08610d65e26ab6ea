import type { FastifyReply } from 'fastify';
import type { PluginResult } from './plugin-lifecycle.js';

export interface HttpResponse {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  readonly text: string;
}

/** Serialized as Apollo Server does it. */
export function toHttpResponse({ singleResult, status, headers }: PluginResult, mediaType: string): HttpResponse {
  const { errors, data, extensions } = singleResult;
  // Apollo Server ends its responses with a line break. It is left out, because it would copy the whole text once more.
  const text = JSON.stringify({ errors, data, extensions });
  return { status, text, headers: [['content-type', mediaType], ...headers] };
}

export function sendHttpResponse(reply: FastifyReply, { status, headers, text }: HttpResponse): void {
  reply.code(status);
  for (const [name, value] of headers) reply.header(name, value);
  reply.send(text);
}
