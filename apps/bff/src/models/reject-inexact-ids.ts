import { GraphQLError, GraphQLID, Kind, print } from 'graphql';

/**
 * Lets `ID` take no number that JSON does not carry exactly: 9007199254740993 arrives as 9007199254740992, and would mean something
 * else without anybody noticing. Text is taken as it is.
 */
export function rejectInexactIds(): void {
  const { parseValue, parseLiteral } = original;
  GraphQLID.parseValue = (value) => {
    if (typeof value === 'number') assertSafeInteger(value, String(value));
    return parseValue(value);
  };
  GraphQLID.parseLiteral = (node, variables) => {
    if (node.kind === Kind.INT) assertSafeInteger(Number(node.value), print(node));
    return parseLiteral(node, variables);
  };
}

/** As graphql-js has them. */
const original = {
  parseValue: GraphQLID.parseValue.bind(GraphQLID),
  parseLiteral: GraphQLID.parseLiteral.bind(GraphQLID),
};

/** Throws what a client is told. */
function assertSafeInteger(value: number, text: string): void {
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new GraphQLError(`ID cannot represent the number ${text} exactly: send it as text.`);
}
