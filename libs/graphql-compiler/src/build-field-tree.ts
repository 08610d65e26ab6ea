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
import type { CompiledField, FieldType } from './compiled-field.js';
import { NotCompilable } from './executable-operation.js';
import type { CompilerOptions, ParsedOperation } from './executable-operation.js';
import type { Conditions } from './condition-variables.js';
import { FieldCollector } from './field-collector.js';

const DEFAULT_MAX_FIELDS = 1_000;

const TYPENAME = TypeNameMetaFieldDef.name;

/** The fields of a query for these conditions, from the root down. Throws NotCompilable. */
export function buildFieldTree(
  { schema, operation, fragments }: ParsedOperation,
  conditions: Conditions,
  options: CompilerOptions,
): readonly CompiledField[] {
  const type = schema.getQueryType();
  if (!type) throw new NotCompilable('The schema has no queries');
  const collector = new FieldCollector(schema, fragments, conditions);
  return new FieldTreeBuilder(collector, options).build(type, operation.selectionSet);
}

/** Builds the tree of the fields of one query. */
class FieldTreeBuilder {
  private count = 0;
  private readonly findProperty;
  private readonly maxFields;

  constructor(
    private readonly collector: FieldCollector,
    { findProperty = () => undefined, maxFields = DEFAULT_MAX_FIELDS }: CompilerOptions,
  ) {
    this.findProperty = findProperty;
    this.maxFields = maxFields;
  }

  build(type: GraphQLObjectType, selectionSet: SelectionSetNode): readonly CompiledField[] {
    return this.buildFields(type, [selectionSet], undefined);
  }

  private buildFields(
    type: GraphQLObjectType,
    selectionSets: readonly SelectionSetNode[],
    parent: FieldType | undefined,
  ): readonly CompiledField[] {
    const collected = this.collector.collect(type, selectionSets);
    this.count += collected.size;
    if (this.count > this.maxFields)
      throw new NotCompilable(
        `The query has more than ${this.maxFields} fields, the maximum of a query that is compiled`,
      );
    return [...collected].map(([responseKey, nodes]) => this.buildField(type, responseKey, nodes, parent));
  }

  private buildField(
    parentType: GraphQLObjectType,
    responseKey: string,
    nodes: readonly FieldNode[],
    parent: FieldType | undefined,
  ): CompiledField {
    // In an object literal this key would set the prototype.
    if (responseKey === '__proto__') throw new NotCompilable('No field of a compiled query is named __proto__');
    const name = nodes[0]?.name.value ?? responseKey;
    const definition = name === TYPENAME ? TypeNameMetaFieldDef : parentType.getFields()[name];
    // `__schema` and `__type` are fields of no type.
    if (!definition) throw new NotCompilable(`Introspection is not compiled: ${parentType.name} has no field ${name}`);
    const field = {
      responseKey,
      name,
      parentType,
      definition,
      nodes,
      parent,
      property: definition.resolve ? this.findProperty(parentType, definition) : name,
      constant: name === TYPENAME ? parentType.name : undefined,
      resolve: definition.resolve ?? defaultFieldResolver,
      args: findConstantArguments(definition, nodes),
      // A field and its type refer to each other: the type follows.
    } as unknown as { -readonly [K in keyof CompiledField]: CompiledField[K] };
    const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    field.type = this.buildType(field, definition.type, undefined, selectionSets);
    return field;
  }

  private buildType(
    field: CompiledField,
    type: GraphQLOutputType,
    list: FieldType | undefined,
    selectionSets: readonly SelectionSetNode[],
  ): FieldType {
    const nullable = isNonNullType(type) ? (type.ofType as GraphQLOutputType) : type;
    const fieldType = {
      field,
      list,
      nonNull: isNonNullType(type),
      fields: [],
      leaf: undefined,
      item: undefined,
      write: undefined,
    } as unknown as { -readonly [K in keyof FieldType]: FieldType[K] };
    if (isListType(nullable)) {
      fieldType.kind = 'list';
      fieldType.item = this.buildType(field, nullable.ofType as GraphQLOutputType, fieldType, selectionSets);
    } else if (isLeafType(nullable)) {
      fieldType.kind = 'leaf';
      fieldType.leaf = nullable;
    } else {
      const named = getNamedType(nullable);
      if (!isObjectType(named) || named.isTypeOf)
        throw new NotCompilable(`${named.name} is an abstract type: the type of its value is only known at run time`);
      fieldType.kind = 'object';
      fieldType.fields = this.buildFields(named, selectionSets, fieldType);
    }
    return fieldType;
  }
}

/** Arguments that use no variable are the same for every request. */
function findConstantArguments(
  definition: GraphQLField<unknown, unknown>,
  [node]: readonly FieldNode[],
): Readonly<Record<string, unknown>> | undefined {
  if (!node || usesVariables(node)) return undefined;
  const args = getArgumentValues(definition, node);
  // A resolver may change an object that it is given, and another request must not see the change.
  return Object.values(args).some((value) => typeof value === 'object' && value !== null) ? undefined : args;
}

function usesVariables({ arguments: args = [] }: FieldNode): boolean {
  let found = false;
  for (const argument of args) visit(argument, { Variable: () => void (found = true) });
  return found;
}
