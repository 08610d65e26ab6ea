import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  typeFromAST,
} from 'graphql';
import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLObjectType,
  GraphQLSchema,
  NamedTypeNode,
  SelectionNode,
  SelectionSetNode,
} from 'graphql';
import type { Conditions } from './condition-variables.js';

/** The fields of one object of the response: every selection of each, by its response key. */
export type CollectedFields = ReadonlyMap<string, readonly FieldNode[]>;

/** The fields of one object while they are collected. */
interface Collection {
  readonly type: GraphQLObjectType;
  readonly fields: Map<string, FieldNode[]>;
  /** Names of fragments: each is collected once per object, where it is spread first. */
  readonly visited: Set<string>;
}

/** CollectFields of the specification, for given values of the variables in `@skip` and `@include`. */
export class FieldCollector {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    private readonly conditions: Conditions,
  ) {}

  /** The fields that these selection sets select on an object of this type, in the order of the response. */
  collect(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): CollectedFields {
    const collection = { type, fields: new Map<string, FieldNode[]>(), visited: new Set<string>() };
    for (const set of selectionSets) this.addSet(set, collection);
    return collection.fields;
  }

  private addSet({ selections }: SelectionSetNode, collection: Collection): void {
    for (const selection of selections) if (this.isIncluded(selection)) this.add(selection, collection);
  }

  private add(selection: SelectionNode, collection: Collection): void {
    const { type, fields, visited } = collection;
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      const nodes = fields.get(key);
      if (nodes) nodes.push(selection);
      else fields.set(key, [selection]);
      return;
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      if (visited.has(selection.name.value)) return;
      visited.add(selection.name.value);
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments[selection.name.value] : selection;
    if (fragment && this.isApplicable(fragment, type)) this.addSet(fragment.selectionSet, collection);
  }

  private isIncluded(node: SelectionNode): boolean {
    if (!node.directives?.length) return true;
    if (getDirectiveValues(GraphQLSkipDirective, node, this.conditions)?.['if'] === true) return false;
    return getDirectiveValues(GraphQLIncludeDirective, node, this.conditions)?.['if'] !== false;
  }

  private isApplicable(
    { typeCondition }: { readonly typeCondition?: NamedTypeNode | undefined },
    type: GraphQLObjectType,
  ): boolean {
    if (!typeCondition) return true;
    const condition = typeFromAST(this.schema, typeCondition);
    return condition === type || (isAbstractType(condition) && this.schema.isSubType(condition, type));
  }
}
