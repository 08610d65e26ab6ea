import { common, flag, httpUrl, milliseconds, rejectInProduction, port, wholeNumber } from '@bff/config';
import { downstreamsVariables, pagePolicyVariables } from '@bff/downstreams';
import { z } from 'zod';

const MIN_SECRET = 32;

/** What the BFF reads from its environment. */
export const bffConfig = z
  .object({
    ...common,
    ...downstreamsVariables,
    ...pagePolicyVariables,
    BFF_PORT: port(4000).describe('Port of the BFF: GraphQL for frontends.'),
    ENGINE_INGRESS_URL: httpUrl('http://127.0.0.1:4020').describe(
      "URL of the engine's ingress, at which sagas are started.",
    ),
    ORCHESTRATOR_API_URL: httpUrl('http://127.0.0.1:4011').describe(
      "URL of the orchestrator's API: sagas and their timelines.",
    ),
    PAGE_BUDGET_MS: milliseconds(1_000).describe(
      'Deadline of a page, in milliseconds. Sections that are not ready by then are null, each with its error.',
    ),
    COMPILE_AFTER_EXECUTIONS: wholeNumber(1, { max: 1_000_000_000 }).describe(
      'Number of times that graphql-js executes a query before the query is compiled; 0 compiles it at its first request.',
    ),
    GRAPHQL_FAST_PATH: z
      .enum(['on', 'off'], { error: 'on or off is expected' })
      .default('on')
      .describe(
        '`off` executes every request, also of a trusted document, with Apollo Server and graphql-js alone: no query is compiled, and identical queries in flight are not coalesced. For a debugger, and to compare. See how-a-query-becomes-an-answer.md.',
      ),
    TRUSTED_DOCUMENTS: z
      .string()
      .min(1, 'the path of a manifest is expected')
      .optional()
      .describe(
        "Path of a manifest of trusted documents (hash to document) that a frontend's build writes, or of a folder of manifests. It is read again when it changes.",
      ),
    ALLOW_UNTRUSTED_DOCUMENTS: z
      .stringbool({ error: 'true or false is expected' })
      .optional()
      .describe(
        'Whether operations that no manifest holds are executed. Unset means false in production and true elsewhere.',
      ),
    COALESCE_OPERATIONS: flag(true).describe(
      'Whether identical queries of one viewer that are in flight at the same time are executed once.',
    ),
    TRUST_PROXY: z
      .string()
      .optional()
      .describe(
        'Comma-separated addresses or networks of the load balancers whose `X-Forwarded-For` header is trusted. Requests are then limited by the address of the client, and connections by MAX_CONNECTIONS alone, because all of them come from the balancer.',
      ),
    MAX_CONNECTIONS_PER_ADDRESS: wholeNumber(1_000, { min: 1, max: 1_000_000 }).describe(
      'Maximum number of open connections of one address; further ones are rejected with TOO_MANY_REQUESTS (429). Ignored when TRUST_PROXY is set.',
    ),
    MAX_REQUESTS_PER_VIEWER: wholeNumber(200, { min: 1, max: 1_000_000 }).describe(
      'Maximum number of requests of one viewer in flight; further ones are rejected with TOO_MANY_REQUESTS (429).',
    ),
    MAX_REQUESTS_PER_ADDRESS: wholeNumber(2_000, { min: 1, max: 1_000_000 }).describe(
      'Maximum number of requests of one address in flight; further ones are rejected with TOO_MANY_REQUESTS (429).',
    ),
    MAX_SUBSCRIPTIONS_PER_VIEWER: wholeNumber(100, { min: 1, max: 10_000 }).describe(
      'Maximum number of active subscriptions of one viewer; further ones are rejected with TOO_MANY_REQUESTS.',
    ),
    SOCKET_IDLE_MS: milliseconds(60_000).describe(
      'Idle time after which a WebSocket without a subscription is closed, in milliseconds. Clients reconnect when they need it.',
    ),
    MAX_QUERY_FIELDS: wholeNumber(5_000, { min: 100, max: 100_000 }).describe(
      'Maximum number of fields of a document with its fragments expanded; a larger one is rejected with LIMIT_EXCEEDED.',
    ),
    MAX_RESPONSE_FIELDS: wholeNumber(25_000, { min: 100, max: 10_000_000 }).describe(
      'Maximum number of fields of a response, computed before execution: the fields of the query times the lengths of its lists, given by arguments or assumed. A larger one is rejected with LIMIT_EXCEEDED.',
    ),
    MAX_COMPILED_FIELDS: wholeNumber(1_000, { min: 0, max: 100_000 }).describe(
      'Maximum number of fields of a query that is compiled; graphql-js executes a larger one.',
    ),
    MAX_DOWNSTREAM_CALLS: wholeNumber(50, { min: 1, max: 10_000 }).describe(
      'Maximum number of downstream calls of one request; further ones fail with LIMIT_EXCEEDED.',
    ),
    JWT_SECRET: z
      .string()
      .min(MIN_SECRET, `at least ${MIN_SECRET} characters are expected`)
      .optional()
      .describe('Secret that signs tokens (HS256), at least 32 characters. Set either this or JWT_JWKS_URL.'),
    JWT_JWKS_URL: z
      .url({ protocol: /^https?$/, error: 'an http:// or https:// URL is expected' })
      .optional()
      .describe("URL of the token issuer's public keys (RS256, ES256 or EdDSA). Set either this or JWT_SECRET."),
    JWT_ISSUER: z.string().optional().describe('Required `iss` claim of tokens. Unset accepts any issuer.'),
    JWT_AUDIENCE: z.string().optional().describe('Required `aud` claim of tokens. Unset accepts any audience.'),
  })
  .superRefine(rejectInProduction('FORWARD_BAGGAGE'))
  .superRefine((config, context) => {
    if (allowsUntrustedDocuments(config) || config.TRUSTED_DOCUMENTS !== undefined) return;
    const message = 'the path of a manifest is expected, or ALLOW_UNTRUSTED_DOCUMENTS=true to execute any document';
    context.addIssue({ code: 'custom', path: ['TRUSTED_DOCUMENTS'], message });
  })
  .superRefine((config, context) => {
    const both = config.JWT_SECRET !== undefined && config.JWT_JWKS_URL !== undefined;
    const neither = config.JWT_SECRET === undefined && config.JWT_JWKS_URL === undefined;
    if (!both && !neither) return;
    const message = both
      ? 'JWT_JWKS_URL is set, too; one of them is expected'
      : 'either this or JWT_JWKS_URL is expected';
    context.addIssue({ code: 'custom', path: ['JWT_SECRET'], message });
  });

/** Whether operations that no manifest holds are executed. */
export function allowsUntrustedDocuments({
  NODE_ENV,
  ALLOW_UNTRUSTED_DOCUMENTS,
}: {
  readonly NODE_ENV: string;
  readonly ALLOW_UNTRUSTED_DOCUMENTS?: boolean | undefined;
}): boolean {
  return ALLOW_UNTRUSTED_DOCUMENTS ?? NODE_ENV !== 'production';
}

export type BffConfig = z.output<typeof bffConfig>;
