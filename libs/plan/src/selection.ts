import {
  defaultFieldResolver,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  typeFromAST,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLSchema,
  NamedTypeNode,
  SelectionSetNode,
} from 'graphql';
import { ALWAYS, conditionOf } from './condition.js';
import type { Condition } from './condition.js';
import type { Occurrence, PlannedField, Position } from './position.js';

/** What no code is made of: the operation is to be executed as ever. */
export class Unplannable extends Error {
  override readonly name = 'Unplannable';
}

/** The property that a field's resolver reads and does nothing else; undefined when it does more. */
export type PropertyOf = (type: GraphQLObjectType, field: GraphQLField<unknown, unknown>) => string | undefined;

const TYPENAME = TypeNameMetaFieldDef.name;

/** Finds the fields of an operation, at their places in the answer. */
export class Selection {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    private readonly propertyOf: PropertyOf,
  ) {}

  /** Throws Unplannable. */
  root(type: GraphQLObjectType, selections: SelectionSetNode): readonly PlannedField[] {
    return this.fieldsOf(type, [[selections, ALWAYS]], undefined);
  }

  private fieldsOf(
    type: GraphQLObjectType,
    sets: readonly (readonly [SelectionSetNode, Condition])[],
    parent: Position | undefined,
  ): readonly PlannedField[] {
    const found = new Map<string, Occurrence[]>();
    for (const [set, condition] of sets) this.collect(type, set, condition, found);
    return [...found].map(([key, occurrences]) => this.fieldOf(type, key, occurrences, parent));
  }

  private collect(
    type: GraphQLObjectType,
    { selections }: SelectionSetNode,
    outer: Condition,
    found: Map<string, Occurrence[]>,
  ): void {
    for (const selection of selections) {
      const condition = conditionOf(selection, outer);
      if (!condition) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        found.set(key, [...(found.get(key) ?? []), { node: selection, condition }]);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.fragments[selection.name.value];
      if (!fragment) throw new Unplannable(`There is no fragment for ${selection.kind}`);
      if (this.applies(fragment, type)) this.collect(type, fragment.selectionSet, condition, found);
    }
  }

  private applies(
    { typeCondition }: { readonly typeCondition?: NamedTypeNode | undefined },
    type: GraphQLObjectType,
  ): boolean {
    if (!typeCondition) return true;
    const wanted = typeFromAST(this.schema, typeCondition);
    return wanted === type || (isAbstractType(wanted) && this.schema.isSubType(wanted, type));
  }

  private fieldOf(
    parentType: GraphQLObjectType,
    key: string,
    occurrences: readonly Occurrence[],
    parent: Position | undefined,
  ): PlannedField {
    // A property of this name is none: it says what an object descends from.
    if (key === '__proto__') throw new Unplannable('An answer has no field __proto__');
    const nodes = occurrences.map(({ node }) => node);
    const name = nodes[0]?.name.value ?? key;
    const definition = name === TYPENAME ? TypeNameMetaFieldDef : parentType.getFields()[name];
    // What the schema says of itself is asked for rarely, and not by pages.
    if (!definition) throw new Unplannable(`${parentType.name} has no field ${name} of its own`);
    const field = {
      ...{ key, name, parentType, definition, occurrences, parent },
      always: occurrences.some(({ condition }) => condition.size === 0),
      property: definition.resolve ? this.propertyOf(parentType, definition) : name,
      fixed: name === TYPENAME ? parentType.name : undefined,
      resolve: definition.resolve ?? defaultFieldResolver,
      args: argsOf(definition, nodes),
    } as unknown as { -readonly [K in keyof PlannedField]: PlannedField[K] };
    const below = occurrences.flatMap(({ node, condition }) =>
      node.selectionSet ? [[node.selectionSet, condition] as const] : [],
    );
    field.position = this.positionOf(field, definition.type, undefined, below);
    return field;
  }

  private positionOf(
    field: PlannedField,
    type: GraphQLOutputType,
    list: Position | undefined,
    below: readonly (readonly [SelectionSetNode, Condition])[],
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
        throw new Unplannable(`Which type ${named.name} is turns out when it is there`);
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
  // Who gets an object may change it: nobody else must see that.
  return Object.values(args).some((value) => typeof value === 'object' && value !== null) ? undefined : args;
}

function usesVariables({ arguments: args = [] }: FieldNode): boolean {
  let found = false;
  for (const argument of args) visit(argument, { Variable: () => void (found = true) });
  return found;
}
