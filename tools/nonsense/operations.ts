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
  /** Variables of which some are right and some are not. */
  variables(values: Values): Record<string, unknown>;
}

/** How deep an answer is asked for. */
const DEPTH = 3;

/** Every operation of a schema, so that a new one is covered by itself. */
export function operationsOf(schema: GraphQLSchema): readonly WalkedOperation[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  return roots.flatMap(([kind, type]) =>
    Object.values(type?.getFields() ?? {}).map((field) => operationOf(kind, field)),
  );
}

function operationOf(kind: WalkedOperation['kind'], field: GraphQLField<unknown, unknown>): WalkedOperation {
  const variables = field.args.map(({ name, type }) => `$${name}: ${String(type)}`);
  const args = field.args.map(({ name }) => `${name}: $${name}`);
  const inBrackets = (parts: readonly string[]): string => (parts.length === 0 ? '' : `(${parts.join(', ')})`);
  return {
    kind,
    name: field.name,
    text: `${kind} Nonsense${inBrackets(variables)} { ${field.name}${inBrackets(args)}${selectionOf(getNamedType(field.type), DEPTH)} }`,
    variables: (values) =>
      Object.fromEntries(
        field.args
          .filter(() => !values.random.chance(0.1))
          .map(({ name, type }) => [name, valueOf(name, type, values)]),
      ),
  };
}

function selectionOf(type: GraphQLNamedType, depth: number): string {
  if (!isCompositeType(type)) return '';
  if (isUnionType(type))
    return ` { __typename ${type
      .getTypes()
      .map((member) => ` ... on ${member.name}${selectionOf(member, 0)}`)
      .join('')} }`;
  return ` { __typename${isObjectType(type) ? fieldsOf(type, depth) : ''} }`;
}

function fieldsOf(type: GraphQLObjectType, depth: number): string {
  const fields = Object.values(type.getFields()).filter(({ args }) => args.length === 0);
  return (
    fields
      .filter((field) => !isCompositeType(getNamedType(field.type)) || depth > 0)
      // Two members of a union may have a field of one name and two types.
      .map(
        (field) =>
          ` ${type.name.toLowerCase()}_${field.name}: ${field.name}${selectionOf(getNamedType(field.type), depth - 1)}`,
      )
      .join('')
  );
}

/** A value of a type, of its kind, or of none. */
function valueOf(name: string, type: GraphQLInputType, values: Values): unknown {
  const { random } = values;
  if (random.chance(0.15)) return values.any();
  if (isNonNullType(type)) return valueOf(name, type.ofType, values);
  if (random.chance(0.1)) return null;
  if (isListType(type)) return Array.from({ length: random.whole(0, 3) }, () => valueOf(name, type.ofType, values));
  if (isInputObjectType(type))
    return Object.fromEntries(
      Object.values(type.getFields()).map((field) => [field.name, valueOf(field.name, field.type, values)]),
    );
  if (isEnumType(type)) return random.chance(0.8) ? random.one(type.getValues()).name : values.text();
  // Who waits is not answered sooner for being wrong elsewhere.
  if (name === 'waitMs') return random.one([-1, 0, 1, 50, 30_001, 2 ** 31]);
  if (type.name === 'Int') return random.chance(0.5) ? random.whole(1, 50) : values.number();
  if (type.name === 'Boolean') return random.chance(0.5);
  return values.text();
}
