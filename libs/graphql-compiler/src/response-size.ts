import { getNamedType, isInterfaceType, isObjectType, Kind, typeFromAST } from 'graphql';
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLSchema,
  GraphQLType,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import { fragmentsOf, spreadInACircle } from './fragments.js';
import { ONCE, sizedBelow, timesOf } from './list-size.js';
import type { Sized, Times, Variables } from './list-size.js';

/** A document costs at most so many steps to measure for each field that it may have: fields and fragments that are repeated. */
const STEPS_PER_FIELD = 4;

/** The fields of an object of the answer, and the objects below it. */
interface Size {
  readonly fields: number;
  readonly below: readonly (readonly [Times, Size])[];
}

/** A selection set, and the type that its fields are of as far as the schema has it. */
type TypedSelections = readonly [SelectionSetNode, GraphQLType | undefined];

interface Selected {
  readonly node: FieldNode;
  readonly definition: GraphQLField<unknown, unknown> | undefined;
}

/** The document has more fields than it may, once its fragments are expanded. */
export class QueryTooLarge extends Error {
  override readonly name = 'QueryTooLarge';
}

/**
 * The most fields that an answer can have, lists counted by the arguments that say how long they are, or as long as they are assumed
 * to be. Fields under `@skip` and `@include` count.
 */
export class AnswerSize {
  private constructor(private readonly root: Size) {}

  /**
   * Measures each operation of a document, whether it is valid or not, in time that `maxFields` bounds. Undefined when its
   * fragments spread each other in a circle, which is for validation to say. Throws QueryTooLarge.
   */
  static measure(
    schema: GraphQLSchema,
    document: DocumentNode,
    maxFields: number,
  ): ReadonlyMap<OperationDefinitionNode, AnswerSize> | undefined {
    const fragments = fragmentsOf(document);
    if (spreadInACircle(fragments)) return undefined;
    const measuring = new Measuring(schema, fragments, maxFields);
    const sizes = new Map<OperationDefinitionNode, AnswerSize>();
    for (const one of document.definitions)
      if (one.kind === Kind.OPERATION_DEFINITION)
        sizes.set(one, new AnswerSize(measuring.operation(one.selectionSet, schema.getRootType(one.operation))));
      // Validation looks at each of them, also when nobody spreads it.
      else if (one.kind === Kind.FRAGMENT_DEFINITION) measuring.fragment(one);
    return sizes;
  }

  /** The most fields of an answer to these variables, as the request gave them. */
  fields(variables: Variables = {}): number {
    return fieldsOf(this.root, variables);
  }
}

function fieldsOf({ fields, below }: Size, variables: Variables): number {
  let sum = fields;
  for (const [times, size] of below) sum += times(variables) * fieldsOf(size, variables);
  return sum;
}

/** The measuring of one document. */
class Measuring {
  private fields = 0;
  private steps = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    private readonly maxFields: number,
  ) {}

  operation(selectionSet: SelectionSetNode, type: GraphQLType | undefined | null): Size {
    return this.sizeOf([[selectionSet, type ?? undefined]], new Map());
  }

  fragment({ selectionSet, typeCondition }: FragmentDefinitionNode): void {
    const { fields } = this;
    this.sizeOf([[selectionSet, typeFromAST(this.schema, typeCondition)]], new Map());
    this.fields = fields;
  }

  /** Selections of the same key are one field. */
  private sizeOf(sets: readonly TypedSelections[], sized: Sized): Size {
    const found = new Map<string, Selected[]>();
    const spread = new Set<string>();
    for (const [set, type] of sets) this.add(set, type, found, spread);
    // Fragments of one selection set are compared with each other when a document is validated, and so are fields of one key.
    this.step(spread.size ** 2);
    this.fields += found.size;
    if (this.fields > this.maxFields) throw new QueryTooLarge();
    const below = [...found.values()].flatMap((selected) => {
      this.step(selected.length ** 2);
      return this.below(selected, sized);
    });
    return folded(found.size, below);
  }

  private add(
    { selections }: SelectionSetNode,
    type: GraphQLType | undefined,
    found: Map<string, Selected[]>,
    spread: Set<string>,
  ): void {
    for (const selection of selections) {
      this.step(1);
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const selected = found.get(key) ?? [];
        selected.push({ node: selection, definition: definitionOf(type, selection.name.value) });
        found.set(key, selected);
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (spread.has(selection.name.value)) continue;
        spread.add(selection.name.value);
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments[selection.name.value] : selection;
      const condition = fragment?.typeCondition;
      if (fragment)
        this.add(fragment.selectionSet, condition ? typeFromAST(this.schema, condition) : type, found, spread);
    }
  }

  private below(selected: readonly Selected[], sized: Sized): readonly (readonly [Times, Size])[] {
    const [first] = selected;
    const sets = selected.flatMap(({ node, definition }): TypedSelections[] =>
      node.selectionSet ? [[node.selectionSet, definition && getNamedType(definition.type)]] : [],
    );
    if (!first || sets.length === 0) return [];
    const { node, definition } = first;
    const size = this.sizeOf(sets, sizedBelow(node, definition, sized));
    return [[definition ? timesOf(definition, sized.get(node.name.value)) : ONCE, size]];
  }

  private step(count: number): void {
    this.steps += count;
    if (this.steps > this.maxFields * STEPS_PER_FIELD) throw new QueryTooLarge();
  }
}

/** What is there once is part of the object that it is in. */
function folded(fields: number, below: readonly (readonly [Times, Size])[]): Size {
  const once = below.filter(([times]) => times === ONCE).map(([, size]) => size);
  const more = below.filter(([times]) => times !== ONCE);
  return {
    fields: once.reduce((sum, size) => sum + size.fields, fields),
    below: [...more, ...once.flatMap((size) => size.below)],
  };
}

function definitionOf(type: GraphQLType | undefined, name: string): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}
