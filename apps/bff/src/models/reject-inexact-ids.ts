import { GraphQLError, GraphQLID, Kind, print } from 'graphql';

/**
 * Makes `ID` reject numbers that JSON cannot represent exactly: 9007199254740993 would arrive as 9007199254740992, which is the id of
 * something else. Text is accepted as it is.
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

/** Those of graphql-js. */
const original = {
  parseValue: GraphQLID.parseValue.bind(GraphQLID),
  parseLiteral: GraphQLID.parseLiteral.bind(GraphQLID),
};

/** Throws the error that the client gets. */
function assertSafeInteger(value: number, text: string): void {
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new GraphQLError(`ID cannot represent the number ${text} exactly: send the id as a string.`);
}
