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
import type { Variables } from './executable-operation.js';
import { hasFragmentCycle, indexFragments } from './fragments.js';
import { findSlicedLists, ONCE, toMultiplicity } from './list-size.js';
import type { Multiplicity, SlicedLists } from './list-size.js';

/** Bounds the time of measuring: repeated fields and fragments take steps, but add no fields. */
const MAX_STEPS_PER_FIELD = 4;

/** The number of fields of an object of the response, and the objects in lists below it. */
interface ObjectSize {
  readonly fields: number;
  readonly lists: readonly (readonly [Multiplicity, ObjectSize])[];
}

/** A selection set and the type of its fields; undefined for a type that the schema does not have. */
type TypedSelectionSet = readonly [SelectionSetNode, GraphQLType | undefined];

interface SelectedField {
  readonly node: FieldNode;
  readonly definition: GraphQLField<unknown, unknown> | undefined;
}

/** The document has more fields than allowed, once its fragments are expanded. */
export class QueryTooLarge extends Error {
  override readonly name = 'QueryTooLarge';
}

/**
 * The maximum number of fields of the response to an operation. Lists count with the length that an argument gives, or else with
 * an assumed one; fields under `@skip` and `@include` count.
 */
export class ResponseSize {
  private constructor(private readonly root: ObjectSize) {}

  /**
   * Measures each operation of a document, valid or not, in time that `maxFields` bounds. Undefined when its fragments spread
   * each other in a cycle, which validation rejects. Throws QueryTooLarge.
   */
  static measure(
    schema: GraphQLSchema,
    document: DocumentNode,
    maxFields: number,
  ): ReadonlyMap<OperationDefinitionNode, ResponseSize> | undefined {
    const fragments = indexFragments(document);
    if (hasFragmentCycle(fragments)) return undefined;
    const measurer = new DocumentMeasurer(schema, fragments, maxFields);
    const sizes = new Map<OperationDefinitionNode, ResponseSize>();
    for (const one of document.definitions)
      if (one.kind === Kind.OPERATION_DEFINITION)
        sizes.set(
          one,
          new ResponseSize(measurer.measureOperation(one.selectionSet, schema.getRootType(one.operation))),
        );
      // Validation visits each fragment, also one that no operation spreads.
      else if (one.kind === Kind.FRAGMENT_DEFINITION) measurer.checkFragment(one);
    return sizes;
  }

  /** The maximum number of fields for these variables, as the request gave them. */
  countFields(variables: Variables = {}): number {
    return countFields(this.root, variables);
  }
}

function countFields({ fields, lists }: ObjectSize, variables: Variables): number {
  let sum = fields;
  for (const [multiplicity, item] of lists) sum += multiplicity(variables) * countFields(item, variables);
  return sum;
}

/** Measures one document. */
class DocumentMeasurer {
  private fields = 0;
  private steps = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    private readonly maxFields: number,
  ) {}

  measureOperation(selectionSet: SelectionSetNode, type: GraphQLType | undefined | null): ObjectSize {
    return this.measureObject([[selectionSet, type ?? undefined]], new Map());
  }

  /** Throws for a fragment that is too large. Its fields count only where it is spread. */
  checkFragment({ selectionSet, typeCondition }: FragmentDefinitionNode): void {
    const { fields } = this;
    this.measureObject([[selectionSet, typeFromAST(this.schema, typeCondition)]], new Map());
    this.fields = fields;
  }

  private measureObject(sets: readonly TypedSelectionSet[], sliced: SlicedLists): ObjectSize {
    const found = new Map<string, SelectedField[]>();
    const spread = new Set<string>();
    for (const [set, type] of sets) this.collect(set, type, found, spread);
    // Validation compares the fragments of a selection set with each other, and the fields of one response key.
    this.addSteps(spread.size ** 2);
    this.fields += found.size;
    if (this.fields > this.maxFields) throw new QueryTooLarge();
    const children = [...found.values()].flatMap((selected) => {
      this.addSteps(selected.length ** 2);
      return this.measureField(selected, sliced);
    });
    return mergeSingleObjects(found.size, children);
  }

  /** Selections of the same response key are one field. */
  private collect(
    { selections }: SelectionSetNode,
    type: GraphQLType | undefined,
    found: Map<string, SelectedField[]>,
    spread: Set<string>,
  ): void {
    for (const selection of selections) {
      this.addSteps(1);
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const selected = found.get(key) ?? [];
        selected.push({ node: selection, definition: findFieldDefinition(type, selection.name.value) });
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
        this.collect(fragment.selectionSet, condition ? typeFromAST(this.schema, condition) : type, found, spread);
    }
  }

  /** The objects of a field, and how many there are; none of a leaf. */
  private measureField(
    selected: readonly SelectedField[],
    sliced: SlicedLists,
  ): readonly (readonly [Multiplicity, ObjectSize])[] {
    const [first] = selected;
    const sets = selected.flatMap(({ node, definition }): TypedSelectionSet[] =>
      node.selectionSet ? [[node.selectionSet, definition && getNamedType(definition.type)]] : [],
    );
    if (!first || sets.length === 0) return [];
    const { node, definition } = first;
    const size = this.measureObject(sets, findSlicedLists(node, definition, sliced));
    return [[definition ? toMultiplicity(definition, sliced.get(node.name.value)) : ONCE, size]];
  }

  private addSteps(count: number): void {
    this.steps += count;
    if (this.steps > this.maxFields * MAX_STEPS_PER_FIELD) throw new QueryTooLarge();
  }
}

/** An object that is there once counts as part of the object around it. */
function mergeSingleObjects(fields: number, children: readonly (readonly [Multiplicity, ObjectSize])[]): ObjectSize {
  const single = children.filter(([multiplicity]) => multiplicity === ONCE).map(([, size]) => size);
  const lists = children.filter(([multiplicity]) => multiplicity !== ONCE);
  return {
    fields: single.reduce((sum, size) => sum + size.fields, fields),
    lists: [...lists, ...single.flatMap((size) => size.lists)],
  };
}

function findFieldDefinition(type: GraphQLType | undefined, name: string): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}
