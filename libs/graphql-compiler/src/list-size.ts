import { isListType, valueFromASTUntyped } from 'graphql';
import type { FieldNode, GraphQLField, GraphQLType } from 'graphql';

/** How long lists are, in a field's extension `listSize`; after `@listSize` of the GraphQL cost directives. */
export interface ListSize {
  /** Of a list: how long it is assumed to be. */
  readonly assumedSize?: number;
  /** Of the field that takes it: the argument that says how long a list below it is; the length of an argument that is a list. */
  readonly slicingArgument?: string;
  /** The fields from there to the list, for example `products.nodes`. */
  readonly sizedField?: string;
  /** More than this is never answered, whatever the argument says. */
  readonly maxSize?: number;
}

/** Of a list whose field says nothing. */
const DEFAULT_SIZE = 10;

export type Variables = Readonly<Record<string, unknown>>;

/** How often something is in an answer to these variables. */
export type Times = (variables: Variables) => number;

/** Lists below a field whose length an argument of that field says, by the way to them. */
export type Sized = ReadonlyMap<string, Times>;

export const ONCE: Times = () => 1;

/** As often as its lists have items; a list of lists as often as their product. */
export function timesOf(definition: GraphQLField<unknown, unknown>, sized: Times | undefined): Times {
  let lists = 0;
  for (let type: GraphQLType = definition.type; 'ofType' in type; type = type.ofType as GraphQLType)
    if (isListType(type)) lists += 1;
  if (lists === 0) return ONCE;
  if (sized) return sized;
  const size = (listSizeOf(definition)?.assumedSize ?? DEFAULT_SIZE) ** lists;
  return () => size;
}

/** The lists below a field whose length is known: by an argument of its own, or of a field above it. */
export function sizedBelow(
  node: FieldNode,
  definition: GraphQLField<unknown, unknown> | undefined,
  above: Sized,
): Sized {
  const sized = new Map<string, Times>();
  for (const [way, times] of above)
    if (way.startsWith(`${node.name.value}.`)) sized.set(way.slice(node.name.value.length + 1), times);
  const { slicingArgument, sizedField, maxSize = Infinity } = (definition && listSizeOf(definition)) ?? {};
  if (slicingArgument === undefined || sizedField === undefined) return sized;
  const argument = node.arguments?.find(({ name }) => name.value === slicingArgument)?.value;
  const standard = definition?.args.find(({ name }) => name === slicingArgument)?.defaultValue;
  const times: Times = (variables) => {
    const given = argument && valueFromASTUntyped(argument, variables);
    return Math.min(maxSize, sizeIn(given) ?? sizeIn(standard) ?? DEFAULT_SIZE);
  };
  return sized.set(sizedField, times);
}

function sizeIn(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

function listSizeOf({ extensions }: GraphQLField<unknown, unknown>): ListSize | undefined {
  return extensions['listSize'] as ListSize | undefined;
}
