import { GraphQLISODateTime } from '@nestjs/graphql';
import { GraphQLScalarType } from 'graphql';

/** As an answer has it: in UTC, to the millisecond. */
const WRITTEN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function isAlreadySerialized(value: unknown): boolean {
  return typeof value === 'string' && WRITTEN.test(value);
}

/** What the schema calls DateTime. A time that came over the wire is text already, and is sent on as it is where it can be. */
export const DateTime = new GraphQLScalarType<Date, string>({
  ...GraphQLISODateTime.toConfig(),
  serialize: (value) =>
    isAlreadySerialized(value) ? (value as string) : new Date(value as string | Date).toISOString(),
  extensions: { isAlreadySerialized },
});
