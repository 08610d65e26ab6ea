import {
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { GraphQLField, GraphQLInputType, GraphQLNamedType, GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { Values } from './values.js';

/** One field of a root type, as a document that takes each of its arguments as a variable. */
export interface WalkedOperation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly name: string;
  readonly text: string;
  /** Random variables, some valid and some invalid. */
  variables(values: Values): Record<string, unknown>;
}

/** Maximum depth of a selection. */
const DEPTH = 3;

/** Every operation of a schema, so that a new one is covered by itself. */
export function listOperations(schema: GraphQLSchema): readonly WalkedOperation[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  return roots.flatMap(([kind, type]) =>
    Object.values(type?.getFields() ?? {}).map((field) => buildOperation(kind, field)),
  );
}

function buildOperation(kind: WalkedOperation['kind'], field: GraphQLField<unknown, unknown>): WalkedOperation {
  const variables = field.args.map(({ name, type }) => `$${name}: ${String(type)}`);
  const args = field.args.map(({ name }) => `${name}: $${name}`);
  const bracket = (parts: readonly string[]): string => (parts.length === 0 ? '' : `(${parts.join(', ')})`);
  return {
    kind,
    name: field.name,
    text: `${kind} Nonsense${bracket(variables)} { ${field.name}${bracket(args)}${buildSelection(getNamedType(field.type), DEPTH)} }`,
    variables: (values) =>
      Object.fromEntries(
        field.args
          .filter(() => !values.random.flip(0.1))
          .map(({ name, type }) => [name, buildValue(name, type, values)]),
      ),
  };
}

function buildSelection(type: GraphQLNamedType, depth: number): string {
  if (!isCompositeType(type)) return '';
  if (isUnionType(type))
    return ` { __typename ${type
      .getTypes()
      .map((member) => ` ... on ${member.name}${buildSelection(member, 0)}`)
      .join('')} }`;
  return ` { __typename${isObjectType(type) ? buildFields(type, depth) : ''} }`;
}

function buildFields(type: GraphQLObjectType, depth: number): string {
  const fields = Object.values(type.getFields()).filter(({ args }) => args.length === 0);
  return (
    fields
      .filter((field) => !isCompositeType(getNamedType(field.type)) || depth > 0)
      // Two members of a union may have a field of one name and two types.
      .map(
        (field) =>
          ` ${type.name.toLowerCase()}_${field.name}: ${field.name}${buildSelection(getNamedType(field.type), depth - 1)}`,
      )
      .join('')
  );
}

/** A random value: of the type, of a similar one, or of any. */
function buildValue(name: string, type: GraphQLInputType, values: Values): unknown {
  const { random } = values;
  if (random.flip(0.15)) return values.pickAny();
  if (isNonNullType(type)) return buildValue(name, type.ofType, values);
  if (random.flip(0.1)) return null;
  if (isListType(type))
    return Array.from({ length: random.drawInteger(0, 3) }, () => buildValue(name, type.ofType, values));
  if (isInputObjectType(type))
    return Object.fromEntries(
      Object.values(type.getFields()).map((field) => [field.name, buildValue(field.name, field.type, values)]),
    );
  if (isEnumType(type)) return random.flip(0.8) ? random.pick(type.getValues()).name : values.pickText();
  // An operation that waits would delay the response, even an error.
  if (name === 'waitMs') return random.pick([-1, 0, 1, 50, 30_001, 2 ** 31]);
  if (type.name === 'Int') return random.flip(0.5) ? random.drawInteger(1, 50) : values.pickNumber();
  if (type.name === 'Boolean') return random.flip(0.5);
  return values.pickText();
}
