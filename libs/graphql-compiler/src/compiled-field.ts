import type { FieldNode, GraphQLField, GraphQLFieldResolver, GraphQLLeafType, GraphQLObjectType } from 'graphql';

/** The indices of the list items that a value is in, the innermost first; undefined outside of lists. */
export interface ListIndices {
  readonly outer: ListIndices | undefined;
  readonly index: number;
}

/** Builds an object of the response from what a resolver returned. `execution` is the Execution of the request. */
export type ObjectWriter = (
  source: unknown,
  execution: object,
  indices: ListIndices | undefined,
) => Record<string, unknown>;

/**
 * The type of a field of the operation, or of the items of its list. With its field it determines whether null is
 * allowed there, and otherwise which value above becomes null instead.
 */
export interface FieldType {
  readonly field: CompiledField;
  readonly nonNull: boolean;
  /** The list type that this is the item type of; undefined for the type of the field itself. */
  readonly list: FieldType | undefined;
  readonly kind: 'leaf' | 'list' | 'object';
  /** Of kind `leaf` only. */
  readonly leaf: GraphQLLeafType | undefined;
  /** Of kind `list` only: the type of its items. */
  readonly item: FieldType | undefined;
  /** Of kind `object` only; empty otherwise. */
  readonly fields: readonly CompiledField[];
  /** Of kind `object` only: set once the code has been compiled. */
  write: ObjectWriter | undefined;
}

/** A field of an operation. A field that the operation selects in two objects is two of these. */
export interface CompiledField {
  /** The alias, or else the name. */
  readonly responseKey: string;
  readonly name: string;
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  /** Every selection of the field, in the order of the document. */
  readonly nodes: readonly FieldNode[];
  /** The type of the object that the field belongs to; undefined at the root. */
  readonly parent: FieldType | undefined;
  type: FieldType;
  /** The property of the parent object that holds the value; undefined when the resolver must be called. */
  readonly property: string | undefined;
  /** The value itself where the operation alone determines it: that of `__typename`. */
  readonly constant: string | undefined;
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
  /** The arguments, where they are the same for every request. */
  readonly args: Readonly<Record<string, unknown>> | undefined;
}
