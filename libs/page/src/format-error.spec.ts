import { describe, expect, it } from '@jest/globals';
import { Rejection } from '@bff/kernel';
import { DownstreamError } from '@bff/resilience';
import { GraphQLError } from 'graphql';
import { formatError } from './format-error.js';
import { createBadUserInputError, createUnauthenticatedError } from './page-error.js';

const path = ['orderPage', 'customer'];

/** Formats an error that a resolver threw, as Apollo Server hands it over. */
function format(thrown: Error): { formatted: unknown; bugs: unknown[] } {
  const bugs: unknown[] = [];
  const located = new GraphQLError(thrown.message, { path, originalError: thrown });
  const extensions = thrown instanceof GraphQLError ? thrown.extensions : { code: 'INTERNAL_SERVER_ERROR' };
  const formatted = formatError({ message: thrown.message, path, extensions }, located, {
    count: () => undefined,
    bug: (bug) => bugs.push(bug),
    dependencyFailure: () => undefined,
  });
  return { formatted, bugs };
}

describe('an error as the client sees it', () => {
  it('names the downstream that failed, without internal details', () => {
    const failure = new DownstreamError('DOWNSTREAM_UNAVAILABLE', 'customer', 'connect ECONNREFUSED 10.0.0.7:4002', {
      retryAfterMs: 2_000,
    });
    expect(format(failure)).toEqual({
      formatted: {
        message: 'The customer service cannot be reached right now.',
        path,
        extensions: { code: 'DOWNSTREAM_UNAVAILABLE', downstream: 'customer', retryable: true, retryAfterMs: 2_000 },
      },
      bugs: [],
    });
  });

  it('says that a retry does not help against a contract violation', () => {
    expect(format(new DownstreamError('CONTRACT_VIOLATION', 'order', 'x')).formatted).toMatchObject({
      extensions: { code: 'CONTRACT_VIOLATION', downstream: 'order', retryable: false },
    });
  });

  it('keeps the message about an argument or a token', () => {
    expect(format(createBadUserInputError('orders', '1 to 100 is expected')).formatted).toEqual({
      message: 'orders: 1 to 100 is expected',
      path,
      extensions: { code: 'BAD_USER_INPUT', argument: 'orders', retryable: false },
    });
    expect(format(createUnauthenticatedError('No.')).formatted).toEqual({
      message: 'No.',
      path,
      extensions: { code: 'UNAUTHENTICATED', retryable: false },
    });
  });

  it.each([
    ['a bug', new TypeError("cannot read 'secret' of undefined")],
    ['an unexpected rejection', new Rejection('ODD', 'internal words')],
  ])('hides the details of %s, which are for the log', (_what, thrown) => {
    expect(format(thrown)).toEqual({
      formatted: { message: 'Internal error.', path, extensions: { code: 'INTERNAL', retryable: false } },
      bugs: [thrown],
    });
  });
});
