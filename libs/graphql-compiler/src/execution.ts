import { isPromise } from '@bff/kernel';
import { getArgumentValues, GraphQLError, locatedError } from 'graphql';
import type { CompiledField, FieldType, ListIndices, ObjectWriter } from './compiled-field.js';
import type { OperationResult, ParsedOperation, Variables } from './executable-operation.js';
import { LazyResolveInfo } from './lazy-resolve-info.js';
import { findNullablePath, toResponsePath } from './response-path.js';
import { isIterable, isObjectLike } from './value-kinds.js';

/** An object or a list of the response. */
type Container = Record<string | number, unknown>;

interface Failure {
  readonly error: GraphQLError;
  /** The value that is null although its type does not allow it; undefined when it does. */
  readonly missing: { readonly type: FieldType; readonly indices: ListIndices | undefined } | undefined;
}

/**
 * Executes one request: calls resolvers, awaits promises and collects errors. The generated code calls the public methods for
 * every value that it cannot write itself.
 */
export class Execution {
  private pending = 0;
  private readonly failures: Failure[] = [];
  private readonly lastErrors = new Map<CompiledField, { readonly error: unknown; readonly located: GraphQLError }>();
  private data: Record<string, unknown> | null = null;
  private resolveResult: ((result: OperationResult) => void) | undefined;
  /** True once `data` as a whole is null: no more resolvers are called. */
  private isDataNull = false;
  /** True once the result was returned: later errors are in no response. */
  private isFinished = false;

  constructor(
    readonly query: ParsedOperation,
    readonly root: unknown,
    readonly context: unknown,
    readonly variables: Variables,
    /** Resolves every field by itself instead of using the generated code. */
    private readonly isFieldByField = false,
  ) {}

  /** The result is not a promise when no resolver returned one. Throws when a value makes the generated code throw. */
  execute(write: ObjectWriter): OperationResult | Promise<OperationResult> {
    return this.toResult(write(this.root, this, undefined));
  }

  /** The same without generated code. Never throws. */
  executeFieldByField(fields: readonly CompiledField[]): OperationResult | Promise<OperationResult> {
    return this.toResult(this.resolveFields(fields, this.root, undefined));
  }

  private toResult(data: Record<string, unknown>): OperationResult | Promise<OperationResult> {
    this.data = data;
    if (this.pending === 0) return this.buildResult();
    return new Promise((resolve) => {
      this.resolveResult = resolve;
    });
  }

  /** Builds an object whose properties cannot be read together: calls the resolver of each field. */
  resolveFields(
    fields: readonly CompiledField[],
    source: unknown,
    indices: ListIndices | undefined,
  ): Record<string, unknown> {
    const response: Record<string, unknown> = {};
    for (const field of fields)
      if (field.constant === undefined) this.resolveField(field, source, response, indices);
      else response[field.responseKey] = field.constant;
    return response;
  }

  /** Calls the resolver of a field, and completes its value. */
  resolveField(field: CompiledField, source: unknown, container: Container, indices: ListIndices | undefined): void {
    // As graphql-js, which resolves no field after the one that made `data` null.
    if (this.isDataNull) return;
    let value: unknown;
    try {
      const info = new LazyResolveInfo(field, indices, this);
      value = field.resolve(source, this.getArguments(field), this.context, info);
    } catch (error) {
      this.addError(field.type, container, field.responseKey, error, indices);
      return;
    }
    this.completeValue(field.type, container, field.responseKey, value, indices);
  }

  private getArguments(field: CompiledField): Record<string, unknown> {
    if (field.args) return { ...field.args };
    const [node] = field.nodes;
    if (!node) throw new Error(`${formatFieldName(field.type)} has no selection in the document`);
    return getArgumentValues(field.definition, node, this.variables);
  }

  /** Completes the value of a property that the generated code could not write. */
  completeProperty(
    field: CompiledField,
    source: unknown,
    value: unknown,
    container: Container,
    indices: ListIndices | undefined,
  ): void {
    // The default resolver calls a property that is a function.
    if (typeof value === 'function' && !field.definition.resolve) this.resolveField(field, source, container, indices);
    else this.completeValue(field.type, container, field.responseKey, value, indices);
  }

  /** Writes a value of any kind to the response, now or once its promise is fulfilled. CompleteValue of the specification. */
  completeValue(
    type: FieldType,
    container: Container,
    key: string | number,
    value: unknown,
    indices: ListIndices | undefined,
  ): void {
    if (this.isFinished) return;
    try {
      if (isPromise(value)) this.awaitValue(type, container, key, value, indices);
      else container[key] = this.toResponseValue(type, value, indices);
    } catch (error) {
      this.addError(type, container, key, error, indices);
    }
  }

  private toResponseValue(type: FieldType, value: unknown, indices: ListIndices | undefined): unknown {
    if (value instanceof Error) throw value;
    if (value === null || value === undefined) {
      if (type.nonNull) throw new Error(`Cannot return null for non-nullable field ${formatFieldName(type)}.`);
      return null;
    }
    if (type.leaf) return serializeLeaf(type.leaf, value);
    if (type.item) return this.completeList(type, type.item, value, indices);
    // The default resolver reads properties of objects only: `length` of a string is not a field `length`.
    if (this.isFieldByField || !isObjectLike(value)) return this.resolveFields(type.fields, value, indices);
    return type.write?.(value, this, indices);
  }

  private completeList(
    type: FieldType,
    itemType: FieldType,
    value: unknown,
    outer: ListIndices | undefined,
  ): unknown[] {
    if (!isIterable(value))
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${formatFieldName(type)}".`);
    const items: unknown[] = [];
    let index = 0;
    for (const item of value) {
      this.completeValue(itemType, items as unknown as Container, index, item, { outer, index });
      index += 1;
    }
    return items;
  }

  private awaitValue(
    type: FieldType,
    container: Container,
    key: string | number,
    value: PromiseLike<unknown>,
    indices: ListIndices | undefined,
  ): void {
    container[key] = null;
    // A thenable that is not a Promise may call back immediately, twice, or throw.
    const promise = value instanceof Promise ? (value as Promise<unknown>) : Promise.resolve(value);
    this.pending += 1;
    promise.then(
      (result) => {
        this.completeValue(type, container, key, result, indices);
        this.onSettled();
      },
      (error: unknown) => {
        this.addError(type, container, key, error, indices);
        this.onSettled();
      },
    );
  }

  private onSettled(): void {
    this.pending -= 1;
    if (this.pending === 0) this.finish();
  }

  private finish(): void {
    if (this.isFinished) return;
    this.isFinished = true;
    this.resolveResult?.(this.buildResult());
  }

  private addError(
    type: FieldType,
    container: Container,
    key: string | number,
    error: unknown,
    indices: ListIndices | undefined,
  ): void {
    if (this.isFinished) return;
    container[key] = null;
    const located = this.locateError(type, error, indices);
    this.failures.push({ error: located, missing: type.nonNull ? { type, indices } : undefined });
    if (!type.nonNull || findNullablePath(type, indices)) return;
    if (this.isDataNull) return;
    this.isDataNull = true;
    // As graphql-js: errors of the same turn of the event loop are in the response, and no promise is awaited.
    setImmediate(() => {
      this.finish();
    });
  }

  /**
   * The error with its path, as graphql-js locates it. graphql-js creates a new one for each path; an error that a field has in
   * many items of a list is created once here.
   */
  private locateError(type: FieldType, error: unknown, indices: ListIndices | undefined): GraphQLError {
    const { field } = type;
    const path = toResponsePath(type, indices);
    const last = this.lastErrors.get(field);
    if (last && last.error === error) return last.located === error ? last.located : withPath(last.located, path);
    const located = createWithoutStackTrace(() => locatedError(error, field.nodes, path));
    this.lastErrors.set(field, { error, located });
    return located;
  }

  /**
   * A value that must not be null makes the value around it null, up to one that may be. Of several errors that make the same
   * value null the response has the first.
   */
  private buildResult(): OperationResult {
    const result: OperationResult = { data: this.data, errors: [] };
    const nullPaths = new Set<string>();
    for (const { error, missing } of this.failures) {
      if (missing) {
        const path = findNullablePath(missing.type, missing.indices);
        const id = JSON.stringify(path ?? null);
        if (nullPaths.has(id)) continue;
        nullPaths.add(id);
        if (path) setNull(result.data, path);
        else result.data = null;
      }
      result.errors.push(error);
    }
    return result;
  }
}

/** The same error with another path; everything else is inherited. */
function withPath(located: GraphQLError, path: readonly (string | number)[]): GraphQLError {
  // Assigned, because property descriptors would cost as much as the field itself.
  const error = Object.create(located) as { path?: readonly (string | number)[] };
  error.path = path;
  return error as GraphQLError;
}

/** Without a stack trace of its own: the original error has one, and another for each field would cost more than the field. */
function createWithoutStackTrace<T>(create: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return create();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function serializeLeaf(leaf: NonNullable<FieldType['leaf']>, value: unknown): unknown {
  const serialized = leaf.serialize(value);
  if (serialized === null || serialized === undefined)
    throw new Error(`Expected \`${leaf.name}.serialize\` to return a value, returned: ${String(serialized)}`);
  return serialized;
}

/** For example `Order.total`. */
function formatFieldName({ field }: FieldType): string {
  return `${field.parentType.name}.${field.name}`;
}

function setNull(data: unknown, path: readonly (string | number)[]): void {
  let container = data as Container | null | undefined;
  for (const key of path.slice(0, -1)) container = container?.[key] as Container | null | undefined;
  const last = path.at(-1);
  if (container && last !== undefined) container[last] = null;
}
