import {
  defaultFieldResolver,
  getArgumentValues,
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import type { FieldNode, GraphQLField, GraphQLObjectType, GraphQLOutputType, SelectionSetNode } from 'graphql';
import type { FieldCollector } from './field-collector.js';
import type { PlannedField, Position } from './compiled-field.js';

/** What no code is made of: graphql-js executes the operation. */
export class Unplannable extends Error {
  override readonly name = 'Unplannable';
}

/** The property that a field's resolver reads and does nothing else; undefined when it does more. */
export type PropertyOf = (type: GraphQLObjectType, field: GraphQLField<unknown, unknown>) => string | undefined;

export interface PlannedFieldsOptions {
  readonly propertyOf: PropertyOf;
  /** The most fields of which code is made. */
  readonly maxFields: number;
}

const TYPENAME = TypeNameMetaFieldDef.name;

/** Finds the fields of an operation, each at its place in the answer. */
export class PlannedFields {
  private count = 0;

  constructor(
    private readonly collector: FieldCollector,
    private readonly options: PlannedFieldsOptions,
  ) {}

  /** How many fields were found. */
  get size(): number {
    return this.count;
  }

  /** Throws Unplannable. */
  root(type: GraphQLObjectType, selectionSet: SelectionSetNode): readonly PlannedField[] {
    return this.fieldsOf(type, [selectionSet], undefined);
  }

  private fieldsOf(
    type: GraphQLObjectType,
    selectionSets: readonly SelectionSetNode[],
    parent: Position | undefined,
  ): readonly PlannedField[] {
    const collected = this.collector.collect(type, selectionSets);
    this.count += collected.size;
    if (this.count > this.options.maxFields) throw new Unplannable(`More than ${this.options.maxFields} fields`);
    return [...collected].map(([key, nodes]) => this.fieldOf(type, key, nodes, parent));
  }

  private fieldOf(
    parentType: GraphQLObjectType,
    key: string,
    nodes: readonly FieldNode[],
    parent: Position | undefined,
  ): PlannedField {
    // In an object literal this name sets the prototype.
    if (key === '__proto__') throw new Unplannable('An answer has no field __proto__');
    const name = nodes[0]?.name.value ?? key;
    const definition = name === TYPENAME ? TypeNameMetaFieldDef : parentType.getFields()[name];
    // Introspection is rare, and no page's.
    if (!definition) throw new Unplannable(`${parentType.name} has no field ${name} of its own`);
    const field = {
      ...{ key, name, parentType, definition, nodes, parent },
      property: definition.resolve ? this.options.propertyOf(parentType, definition) : name,
      fixed: name === TYPENAME ? parentType.name : undefined,
      resolve: definition.resolve ?? defaultFieldResolver,
      args: argsOf(definition, nodes),
    } as unknown as { -readonly [K in keyof PlannedField]: PlannedField[K] };
    const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    field.position = this.positionOf(field, definition.type, undefined, below);
    return field;
  }

  private positionOf(
    field: PlannedField,
    type: GraphQLOutputType,
    list: Position | undefined,
    below: readonly SelectionSetNode[],
  ): Position {
    const bare = isNonNullType(type) ? (type.ofType as GraphQLOutputType) : type;
    const position = {
      ...{ field, list, nonNull: isNonNullType(type), fields: [], leaf: undefined, item: undefined, writer: undefined },
    } as unknown as { -readonly [K in keyof Position]: Position[K] };
    if (isListType(bare)) {
      position.kind = 'list';
      position.item = this.positionOf(field, bare.ofType as GraphQLOutputType, position, below);
    } else if (isLeafType(bare)) {
      position.kind = 'leaf';
      position.leaf = bare;
    } else {
      const named = getNamedType(bare);
      if (!isObjectType(named) || named.isTypeOf)
        throw new Unplannable(`The type of a ${named.name} is known once it is there`);
      position.kind = 'object';
      position.fields = this.fieldsOf(named, below, position);
    }
    return position;
  }
}

/** Arguments that name no variable are the same for every request. */
function argsOf(
  definition: GraphQLField<unknown, unknown>,
  [node]: readonly FieldNode[],
): Readonly<Record<string, unknown>> | undefined {
  if (!node || usesVariables(node)) return undefined;
  const args = getArgumentValues(definition, node);
  // A resolver may change an object that it is given: no other request must see that.
  return Object.values(args).some((value) => typeof value === 'object' && value !== null) ? undefined : args;
}

function usesVariables({ arguments: args = [] }: FieldNode): boolean {
  let found = false;
  for (const argument of args) visit(argument, { Variable: () => void (found = true) });
  return found;
}
