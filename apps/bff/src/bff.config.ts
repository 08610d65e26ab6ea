import { common, flag, httpUrl, milliseconds, offInProduction, port, wholeNumber } from '@bff/config';
import { downstreamsVariables, pagePolicyVariables } from '@bff/downstreams';
import { z } from 'zod';

const MIN_SECRET = 32;

/** What the BFF reads from its environment. */
export const bffConfig = z
  .object({
    ...common,
    ...downstreamsVariables,
    ...pagePolicyVariables,
    BFF_PORT: port(4000).describe('The port of the BFF: the one door for frontends.'),
    ENGINE_INGRESS_URL: httpUrl('http://127.0.0.1:4020').describe("The engine's ingress, where sagas are started."),
    ORCHESTRATOR_API_URL: httpUrl('http://127.0.0.1:4011').describe(
      "The orchestrator's API: sagas and their timelines.",
    ),
    PAGE_BUDGET_MS: milliseconds(1_000).describe('How long a page may take; then it is answered with what there is.'),
    COMPILE_AFTER: z.coerce
      .number({ error: 'a whole number is expected' })
      .int('a whole number is expected')
      .min(0, 'a whole number is expected')
      .default(1)
      .describe('So often a query is executed before code is made of it; 0 does so at once.'),
    TRUSTED_DOCUMENTS: z
      .string()
      .min(1, 'the path of a manifest is expected')
      .optional()
      .describe(
        "The manifest of documents (hash to document) that the frontend's build makes, or a folder of them. Read again when it changes.",
      ),
    UNKNOWN_DOCUMENTS: z
      .enum(['accepted', 'refused'], { error: 'accepted or refused is expected' })
      .optional()
      .describe('Whether other documents are answered, too: refused in production, accepted elsewhere.'),
    COALESCE_OPERATIONS: flag(true).describe('Identical queries of one viewer that are in flight are answered once.'),
    TRUST_PROXY: z
      .string()
      .optional()
      .describe(
        'Behind a load balancer: the addresses or networks of those that may say who the client is (`X-Forwarded-For`), comma-separated. Requests are bounded by the address of the client then, and connections by MAX_CONNECTIONS alone, as they are those of the balancer.',
      ),
    MAX_CONNECTIONS_PER_ADDRESS: wholeNumber(1_000, { min: 1, max: 1_000_000 }).describe(
      'The most connections of one address; more are refused with TOO_MANY_REQUESTS (429). Of no effect with TRUST_PROXY.',
    ),
    MAX_REQUESTS_PER_VIEWER: wholeNumber(200, { min: 1, max: 1_000_000 }).describe(
      'The most requests that one viewer has in flight; more are refused with TOO_MANY_REQUESTS (429).',
    ),
    MAX_REQUESTS_PER_ADDRESS: wholeNumber(2_000, { min: 1, max: 1_000_000 }).describe(
      'The most requests that one address has in flight; more are refused with TOO_MANY_REQUESTS (429).',
    ),
    MAX_SUBSCRIPTIONS_PER_VIEWER: wholeNumber(100, { min: 1, max: 10_000 }).describe(
      'The most subscriptions that one viewer holds at the same time; more are refused with TOO_MANY_REQUESTS.',
    ),
    SOCKET_IDLE_MS: milliseconds(60_000).describe(
      'A WebSocket that holds no subscription for so long is closed; its client opens another one when it needs it.',
    ),
    MAX_QUERY_FIELDS: wholeNumber(5_000, { min: 100, max: 100_000 }).describe(
      'The most fields of a query once its fragments are expanded; a larger one is refused with LIMIT_EXCEEDED.',
    ),
    MAX_ANSWER_FIELDS: wholeNumber(25_000, { min: 100, max: 10_000_000 }).describe(
      'The most fields that an answer may have: those of the query times the lengths of lists, by their arguments or as they are assumed to be. A larger one is refused with LIMIT_EXCEEDED before anything is done.',
    ),
    MAX_COMPILED_FIELDS: wholeNumber(1_000, { min: 0, max: 100_000 }).describe(
      'A query with more fields than this is not compiled: graphql-js executes it.',
    ),
    MAX_DOWNSTREAM_CALLS: wholeNumber(50, { min: 1, max: 10_000 }).describe(
      'The most downstream calls of one request; more are refused with LIMIT_EXCEEDED.',
    ),
    JWT_SECRET: z
      .string()
      .min(MIN_SECRET, `at least ${MIN_SECRET} characters are expected`)
      .optional()
      .describe('The secret that tokens are signed with (HS256). Either this or JWT_JWKS_URL.'),
    JWT_JWKS_URL: z
      .url({ protocol: /^https?$/, error: 'an http:// or https:// URL is expected' })
      .optional()
      .describe('Where the public keys of the token issuer are (RS256, ES256 or EdDSA). Either this or JWT_SECRET.'),
    JWT_ISSUER: z.string().optional().describe('When set, the `iss` that a token must have.'),
    JWT_AUDIENCE: z.string().optional().describe('When set, the `aud` that a token must have.'),
  })
  .superRefine(offInProduction('FORWARD_BAGGAGE'))
  .superRefine((config, context) => {
    if (acceptsUnknown(config) || config.TRUSTED_DOCUMENTS !== undefined) return;
    const message = 'the path of a manifest is expected, or UNKNOWN_DOCUMENTS=accepted to answer any document';
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

/** Whether documents are answered that no manifest names. */
export function acceptsUnknown({
  NODE_ENV,
  UNKNOWN_DOCUMENTS,
}: {
  readonly NODE_ENV: string;
  readonly UNKNOWN_DOCUMENTS?: 'accepted' | 'refused' | undefined;
}): boolean {
  return UNKNOWN_DOCUMENTS === undefined ? NODE_ENV !== 'production' : UNKNOWN_DOCUMENTS === 'accepted';
}

export type BffConfig = z.output<typeof bffConfig>;
