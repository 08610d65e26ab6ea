import { isListType, valueFromASTUntyped } from 'graphql';
import type { FieldNode, GraphQLField, GraphQLType } from 'graphql';
import type { Variables } from './executable-operation.js';

/** The extension `listSize` of a field: how long lists are. After `@listSize` of the GraphQL cost directives. */
export interface ListSize {
  /** Of a list without a slicing argument: its assumed length. */
  readonly assumedSize?: number;
  /** The argument that gives the length of a list below the field. An argument that is a list itself gives its own length. */
  readonly slicingArgument?: string;
  /** The path of fields from there to the list, for example `products.nodes`. */
  readonly sizedField?: string;
  /** The list is never longer than this, whatever the argument is. */
  readonly maxSize?: number;
}

/** Assumed length of a list without an extension. */
const DEFAULT_SIZE = 10;

/** The number of times that a field may be in a response to these variables. */
export type Multiplicity = (variables: Variables) => number;

/** The lengths of lists that an argument of a field above gives, by the path of fields to the list. */
export type SlicedLists = ReadonlyMap<string, Multiplicity>;

export const ONCE: Multiplicity = () => 1;

/** Of what is below a field: as many as the list has items, of a list of lists their product. */
export function toMultiplicity(
  definition: GraphQLField<unknown, unknown>,
  sliced: Multiplicity | undefined,
): Multiplicity {
  let lists = 0;
  for (let type: GraphQLType = definition.type; 'ofType' in type; type = type.ofType as GraphQLType)
    if (isListType(type)) lists += 1;
  if (lists === 0) return ONCE;
  if (sliced) return sliced;
  const size = (readListSize(definition)?.assumedSize ?? DEFAULT_SIZE) ** lists;
  return () => size;
}

/** The sliced lists below a field: by its own argument, or by one of a field above it. */
export function findSlicedLists(
  node: FieldNode,
  definition: GraphQLField<unknown, unknown> | undefined,
  above: SlicedLists,
): SlicedLists {
  const sliced = new Map<string, Multiplicity>();
  for (const [path, multiplicity] of above)
    if (path.startsWith(`${node.name.value}.`)) sliced.set(path.slice(node.name.value.length + 1), multiplicity);
  const { slicingArgument, sizedField, maxSize = Infinity } = (definition && readListSize(definition)) ?? {};
  if (slicingArgument === undefined || sizedField === undefined) return sliced;
  const argument = node.arguments?.find(({ name }) => name.value === slicingArgument)?.value;
  const defaultValue = definition?.args.find(({ name }) => name === slicingArgument)?.defaultValue;
  const computeMultiplicity: Multiplicity = (variables) => {
    const given = argument && valueFromASTUntyped(argument, variables);
    return Math.min(maxSize, toSize(given) ?? toSize(defaultValue) ?? DEFAULT_SIZE);
  };
  return sliced.set(sizedField, computeMultiplicity);
}

function toSize(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

function readListSize({ extensions }: GraphQLField<unknown, unknown>): ListSize | undefined {
  return extensions['listSize'] as ListSize | undefined;
}
