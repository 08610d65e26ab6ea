import { getArgumentValues, GraphQLError, locatedError } from 'graphql';
import { Info } from './lazy-resolve-info.js';
import type { Operation } from './lazy-resolve-info.js';
import { nearestNullable, pathOf } from './response-path.js';
import { isIterable, isObjectLike, isPromise } from './values.js';
import type { Places, PlannedField, Position, Writer } from './compiled-field.js';

type Variables = Readonly<Record<string, unknown>>;

/** Where a value is put: an object or a list of the answer. */
type Holder = Record<string | number, unknown>;

interface Failure {
  readonly error: GraphQLError;
  /** Where null stands that may not; undefined where it may. */
  readonly missing: { readonly position: Position; readonly at: Places | undefined } | undefined;
}

/** What came of a run. */
export interface RunResult {
  data: Record<string, unknown> | null;
  readonly errors: GraphQLError[];
}

/** Answers one request of an operation: asks the resolvers, waits for what comes later, and takes down what fails. */
export class Run {
  private pending = 0;
  private readonly failures: Failure[] = [];
  /** What failed each field last. */
  private readonly last = new Map<PlannedField, { readonly error: unknown; readonly located: GraphQLError }>();
  private data: Record<string, unknown> | null = null;
  private over: ((result: RunResult) => void) | undefined;
  /** True once the answer is null as a whole: nothing more is asked for. */
  private isNull = false;
  /** True once the answer was given: what fails later is in nobody's answer. */
  private isOver = false;

  constructor(
    readonly planned: Operation,
    readonly root: unknown,
    readonly context: unknown,
    readonly variables: Variables,
    /** True to resolve every field by itself instead of using code. */
    private readonly fieldByField = false,
  ) {}

  /** At once when no resolver made a promise. Throws when a value breaks the code. */
  result(write: Writer): RunResult | Promise<RunResult> {
    return this.settled(write(this.root, this, undefined));
  }

  /** The same without code. Throws nothing. */
  resultOf(fields: readonly PlannedField[]): RunResult | Promise<RunResult> {
    return this.settled(this.writeEach(fields, this.root, undefined));
  }

  private settled(data: Record<string, unknown>): RunResult | Promise<RunResult> {
    this.data = data;
    if (this.pending === 0) return this.told();
    return new Promise((resolve) => {
      this.over = resolve;
    });
  }

  /** Makes an object of the answer of what its properties cannot be read from at once: asks the resolver of each field. */
  writeEach(fields: readonly PlannedField[], source: unknown, at: Places | undefined): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const field of fields)
      if (field.fixed === undefined) this.call(field, source, out, at);
      else out[field.key] = field.fixed;
    return out;
  }

  /** Asks the resolver of a field. */
  call(field: PlannedField, source: unknown, holder: Holder, at: Places | undefined): void {
    // As in graphql-js, what stands after such a field is not asked for.
    if (this.isNull) return;
    let value: unknown;
    try {
      value = field.resolve(source, this.argsOf(field), this.context, new Info(field, at, this));
    } catch (error) {
      this.fail(field.position, holder, field.key, error, at);
      return;
    }
    this.complete(field.position, holder, field.key, value, at);
  }

  private argsOf(field: PlannedField): Record<string, unknown> {
    if (field.args) return { ...field.args };
    const [node] = field.nodes;
    if (!node) throw new Error(`Nobody asks for ${field.name}`);
    return getArgumentValues(field.definition, node, this.variables);
  }

  /** Takes a property that is not as expected. */
  read(field: PlannedField, source: unknown, value: unknown, holder: Holder, at: Places | undefined): void {
    if (typeof value === 'function' && !field.definition.resolve) this.call(field, source, holder, at);
    else this.complete(field.position, holder, field.key, value, at);
  }

  /** Puts a value into the answer, whatever it is. */
  complete(position: Position, holder: Holder, key: string | number, value: unknown, at: Places | undefined): void {
    if (this.isOver) return;
    try {
      if (isPromise(value)) this.wait(position, holder, key, value, at);
      else holder[key] = this.completed(position, value, at);
    } catch (error) {
      this.fail(position, holder, key, error, at);
    }
  }

  private completed(position: Position, value: unknown, at: Places | undefined): unknown {
    if (value instanceof Error) throw value;
    if (value === null || value === undefined) {
      if (position.nonNull) throw new Error(`Cannot return null for non-nullable field ${nameOf(position)}.`);
      return null;
    }
    if (position.leaf) return serialized(position.leaf, value);
    if (position.item) return this.listed(position, position.item, value, at);
    // Default resolvers read no property of what is no object: the length of a text is no field of an item.
    if (this.fieldByField || !isObjectLike(value)) return this.writeEach(position.fields, value, at);
    return position.writer?.(value, this, at);
  }

  private listed(position: Position, item: Position, value: unknown, at: Places | undefined): unknown[] {
    if (!isIterable(value))
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${nameOf(position)}".`);
    const items: unknown[] = [];
    let key = 0;
    for (const one of value) {
      this.complete(item, items as unknown as Holder, key, one, { prev: at, key });
      key += 1;
    }
    return items;
  }

  private wait(
    position: Position,
    holder: Holder,
    key: string | number,
    value: PromiseLike<unknown>,
    at: Places | undefined,
  ): void {
    holder[key] = null;
    // What is no promise of the language's own may answer at once, twice, or not as promised.
    const promise = value instanceof Promise ? (value as Promise<unknown>) : Promise.resolve(value);
    this.pending += 1;
    promise.then(
      (result) => {
        this.complete(position, holder, key, result, at);
        this.arrived();
      },
      (error: unknown) => {
        this.fail(position, holder, key, error, at);
        this.arrived();
      },
    );
  }

  private arrived(): void {
    this.pending -= 1;
    if (this.pending === 0) this.end();
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.over?.(this.told());
  }

  private fail(position: Position, holder: Holder, key: string | number, error: unknown, at: Places | undefined): void {
    if (this.isOver) return;
    holder[key] = null;
    const located = this.located(position, error, at);
    this.failures.push({ error: located, missing: position.nonNull ? { position, at } : undefined });
    if (!position.nonNull || nearestNullable(position, at)) return;
    if (this.isNull) return;
    this.isNull = true;
    // As in graphql-js, what fails in the same turn of the event loop is told, and nothing is waited for.
    setImmediate(() => {
      this.end();
    });
  }

  /** As of graphql-js, which makes each anew; but what fails a field of one item of a list fails that of the others, too. */
  private located(position: Position, error: unknown, at: Places | undefined): GraphQLError {
    const { field } = position;
    const path = pathOf(position, at);
    const last = this.last.get(field);
    if (last && last.error === error) return last.located === error ? last.located : elsewhere(last.located, path);
    const located = withoutStack(() => locatedError(error, field.nodes, path));
    this.last.set(field, { error, located });
    return located;
  }

  /** Null where none may be makes null of what it is part of, up to where null may be. Of several there, the first is told. */
  private told(): RunResult {
    const result: RunResult = { data: this.data, errors: [] };
    const gone = new Set<string>();
    for (const { error, missing } of this.failures) {
      if (missing) {
        const path = nearestNullable(missing.position, missing.at);
        const place = JSON.stringify(path ?? null);
        if (gone.has(place)) continue;
        gone.add(place);
        if (path) clear(result.data, path);
        else result.data = null;
      }
      result.errors.push(error);
    }
    return result;
  }
}

/** The same error at another place: all that it has besides is the first one's. */
function elsewhere(first: GraphQLError, path: readonly (string | number)[]): GraphQLError {
  // Assigned: with property descriptors, one takes as long as the field that it is told of.
  const error = Object.create(first) as { path?: readonly (string | number)[] };
  error.path = path;
  return error as GraphQLError;
}

/** What was thrown brings the stack of where it was; another one for each field that it fails would cost more than the field. */
function withoutStack<T>(make: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function serialized(leaf: NonNullable<Position['leaf']>, value: unknown): unknown {
  const text = leaf.serialize(value);
  if (text === null || text === undefined)
    throw new Error(`Expected \`${leaf.name}.serialize\` to return a value, returned: ${String(text)}`);
  return text;
}

function nameOf({ field }: Position): string {
  return `${field.parentType.name}.${field.name}`;
}

function clear(data: unknown, path: readonly (string | number)[]): void {
  let holder = data as Holder | null | undefined;
  for (const key of path.slice(0, -1)) holder = holder?.[key] as Holder | null | undefined;
  const last = path.at(-1);
  if (holder && last !== undefined) holder[last] = null;
}
