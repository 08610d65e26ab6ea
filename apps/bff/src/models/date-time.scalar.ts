import { GraphQLISODateTime } from '@nestjs/graphql';
import { GraphQLScalarType } from 'graphql';

/** The format of responses: in UTC, to the millisecond. */
const WRITTEN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function isAlreadySerialized(value: unknown): boolean {
  return typeof value === 'string' && WRITTEN.test(value);
}

/** The scalar DateTime. A time from a downstream is text already: it is sent as it is when it has the right format. */
export const DateTime = new GraphQLScalarType<Date, string>({
  ...GraphQLISODateTime.toConfig(),
  serialize: (value) =>
    isAlreadySerialized(value) ? (value as string) : new Date(value as string | Date).toISOString(),
  extensions: { isAlreadySerialized },
});
