import type { FieldNode, GraphQLField, GraphQLFieldResolver, GraphQLLeafType, GraphQLObjectType } from 'graphql';

/** The places in lists on the way to a value, the innermost first; undefined outside of lists. */
export interface Places {
  readonly prev: Places | undefined;
  readonly key: number;
}

/** Makes the answer's object of what a resolver gave; the run is of the request that it is for. */
export type Writer = (source: unknown, run: object, at: Places | undefined) => Record<string, unknown>;

/**
 * Where a value stands in the answer: what a field comes to, or an item of its list. It is part of the field's type, so that
 * it knows whether null may stand there, and where else when it may not.
 */
export interface Position {
  readonly field: PlannedField;
  readonly nonNull: boolean;
  /** Undefined for what a field comes to; the list for an item of it. */
  readonly list: Position | undefined;
  readonly kind: 'leaf' | 'list' | 'object';
  /** For a leaf. */
  readonly leaf: GraphQLLeafType | undefined;
  /** For a list: any item of it. */
  readonly item: Position | undefined;
  /** For an object: its fields, and how it is written, once that is known. */
  readonly fields: readonly PlannedField[];
  writer: Writer | undefined;
}

/** A field of an operation, at its place in the answer. */
export interface PlannedField {
  /** Its name in the answer, and in the schema. */
  readonly key: string;
  readonly name: string;
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  /** Everywhere that the document asks for it, the place that counts first. */
  readonly nodes: readonly FieldNode[];
  /** The object that it is a field of; undefined at the root. */
  readonly parent: Position | undefined;
  /** What it comes to. */
  position: Position;
  /** The property that holds its value; undefined when a resolver is asked. */
  readonly property: string | undefined;
  /** Its value, where the operation alone says what it is. */
  readonly fixed: string | undefined;
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
  /** Its arguments where they are the same for every request. */
  readonly args: Readonly<Record<string, unknown>> | undefined;
}
