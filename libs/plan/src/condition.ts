import { getDirectiveValues, GraphQLIncludeDirective, GraphQLSkipDirective, Kind } from 'graphql';
import type { DirectiveNode, SelectionNode } from 'graphql';

/** Variables that must be as said for something to be part of the answer. */
export type Condition = ReadonlyMap<string, boolean>;

export const ALWAYS: Condition = new Map();

/** The condition under which a selection counts that stands under another one; undefined when it never does. */
export function conditionOf(selection: SelectionNode, outer: Condition): Condition | undefined {
  const include = wanted(selection, GraphQLIncludeDirective.name);
  const skip = wanted(selection, GraphQLSkipDirective.name);
  const included = narrowed(outer, include, true);
  return included && narrowed(included, skip, false);
}

/** What the directive's `if` is: a variable's name, a value, or undefined when there is no such directive. */
function wanted({ directives = [] }: SelectionNode, name: string): string | boolean | undefined {
  const directive: DirectiveNode | undefined = directives.find((one) => one.name.value === name);
  const value = directive?.arguments?.[0]?.value;
  if (!directive || !value) return undefined;
  if (value.kind === Kind.VARIABLE) return value.name.value;
  const definition = name === GraphQLSkipDirective.name ? GraphQLSkipDirective : GraphQLIncludeDirective;
  return getDirectiveValues(definition, { directives: [directive] })?.['if'] === true;
}

function narrowed(
  condition: Condition,
  wanted: string | boolean | undefined,
  expected: boolean,
): Condition | undefined {
  if (wanted === undefined || wanted === expected) return condition;
  if (typeof wanted === 'boolean') return undefined;
  const known = condition.get(wanted);
  if (known !== undefined && known !== expected) return undefined;
  return new Map(condition).set(wanted, expected);
}

export function holds(condition: Condition, variables: Readonly<Record<string, unknown>>): boolean {
  for (const [name, value] of condition) if (variables[name] !== value) return false;
  return true;
}
