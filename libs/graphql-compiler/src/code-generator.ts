import { isEnumType, specifiedScalarTypes } from 'graphql';
import type { GraphQLLeafType } from 'graphql';
import type { PlannedField, Position, Writer } from './compiled-field.js';
import { isThere } from './values.js';

/**
 * Makes code of the fields of an operation: one function for each kind of object in the answer. What a service said is as the
 * schema wants it nearly always, so the code checks that, and writes the object at once. Everything else (null where none may be,
 * errors, promises, resolvers) it hands to the run.
 */
export class Code {
  /** Each constant with its number. */
  private readonly constants = new Map<unknown, number>();
  private readonly functions: string[] = [];

  /** The writer of the root; the writers of all objects below are put at their positions. */
  make(root: readonly PlannedField[]): Writer {
    const positions: Position[] = [];
    const write = (fields: readonly PlannedField[], name: string): void => {
      this.functions.push(this.writerOf(fields, name));
      for (const { position } of fields) {
        const object = objectOf(position);
        if (!object) continue;
        positions.push(object);
        write(object.fields, this.functionOf(object, 'write'));
      }
    };
    write(root, 'writeRoot');
    const writers = ['writeRoot', ...positions.map((position) => this.functionOf(position, 'write'))];
    const body = `'use strict';\n${this.functions.join('\n')}\nreturn [${writers.join(', ')}];`;
    // Nothing of it comes from a request: names are the schema's and the document's, and both know no signs but letters.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const make = new Function('constants', 'isThere', body) as (...values: unknown[]) => [Writer, ...Writer[]];
    const [writeRoot, ...others] = make([...this.constants.keys()], isThere);
    positions.forEach((position, nth) => (position.writer = others[nth]));
    return writeRoot;
  }

  private writerOf(fields: readonly PlannedField[], name: string): string {
    const parts = fields.map((field, nth) => this.partOf(field, `v${nth}`));
    const read = parts.filter(({ property }) => property !== undefined);
    const reading = [
      `let ${read.map(({ value }) => value).join(', ')};`,
      `try { ${read.map(({ value, property }) => `${value} = source.${property ?? ''};`).join(' ')} }`,
      // A property throws when it is read, or there is no object: each field is resolved by itself.
      `catch { return run.writeEach(${this.constant(fields)}, source, at); }`,
      ...read.map(({ value, isRight }) => `const is_${value} = ${isRight};`),
    ];
    const lines = [
      ...(read.length > 0 ? reading : []),
      `const out = { ${parts.map(({ field, first }) => `${field.key}: ${first}`).join(', ')} };`,
      ...parts.map(({ later }) => later),
      'return out;',
    ].filter((line) => line !== '');
    return `function ${name}(source, run, at) {\n  ${lines.join('\n  ')}\n}`;
  }

  private partOf(field: PlannedField, value: string): Part {
    const { property, fixed } = field;
    const part = { field, value, property: undefined, isRight: '', later: '' };
    if (fixed !== undefined) return { ...part, first: `'${fixed}'` };
    const place = this.constant(field);
    if (property === undefined) return { ...part, first: 'null', later: `run.call(${place}, source, out, at);` };
    const { isRight, written } = this.valueOf(field.position, value);
    const first = `is_${value} ? ${written} : null`;
    return {
      ...part,
      property,
      isRight,
      first,
      later: `if (!is_${value}) run.read(${place}, source, ${value}, out, at);`,
    };
  }

  /** How to see that a value is as it should be, and what is written then. */
  private valueOf(position: Position, value: string): { readonly isRight: string; readonly written: string } {
    const orNull = position.nonNull ? '' : `${value} === null || `;
    const there = (written: string): string => (position.nonNull ? written : `${value} === null ? null : ${written}`);
    if (position.kind === 'object')
      return {
        isRight: `${orNull}isThere(${value})`,
        written: `(${there(`${this.functionOf(position, 'write')}(${value}, run, at)`)})`,
      };
    if (position.kind === 'list') {
      const list = this.functionOf(position, 'list');
      this.functions.push(this.listOf(position, list));
      return { isRight: `${orNull}Array.isArray(${value})`, written: `(${there(`${list}(${value}, run, at)`)})` };
    }
    const leaf = position.leaf && this.leafOf(position.leaf, value);
    return leaf ? { isRight: `${orNull}${leaf.isRight}`, written: `(${there(leaf.written)})` } : NEVER;
  }

  private listOf({ item }: Position, name: string): string {
    if (!item) throw new Error('A list has items');
    const { isRight, written } = this.valueOf(item, 'v');
    return `function ${name}(items, run, outer) {
  const out = new Array(items.length);
  for (let key = 0; key < items.length; key++) {
    const v = items[key];
    const at = { prev: outer, key };
    if (${isRight}) out[key] = ${written};
    else run.complete(${this.constant(item)}, out, key, v, at);
  }
  return out;
}`;
  }

  private leafOf(
    type: GraphQLLeafType,
    value: string,
  ): { readonly isRight: string; readonly written: string } | undefined {
    if (isEnumType(type)) {
      const names = this.constant(new Map(type.getValues().map((one) => [one.value as unknown, one.name])));
      return { isRight: `${names}.has(${value})`, written: `${names}.get(${value})` };
    }
    const { isWritten } = type.extensions;
    if (typeof isWritten === 'function') return { isRight: `${this.constant(isWritten)}(${value})`, written: value };
    const check = specifiedScalarTypes.includes(type) ? CHECKS[type.name] : undefined;
    return check && { isRight: check(value), written: value };
  }

  private constant(value: unknown): string {
    return `constants[${this.numberOf(value)}]`;
  }

  private functionOf(position: Position, kind: 'write' | 'list'): string {
    return `${kind}${this.numberOf(position)}`;
  }

  private numberOf(constant: unknown): number {
    let number = this.constants.get(constant);
    if (number === undefined) this.constants.set(constant, (number = this.constants.size));
    return number;
  }
}

/** The code of one field of an object. */
interface Part {
  readonly field: PlannedField;
  /** The variable that its property is read into; of no meaning without one. */
  readonly value: string;
  readonly property: string | undefined;
  /** Whether what was read may be written as it is. */
  readonly isRight: string;
  /** What is written at once, and what is done once the object is there. */
  readonly first: string;
  readonly later: string;
}

/** For what no check is known: the run looks at it. */
const NEVER = { isRight: 'false', written: 'null' };

/** What a value of each scalar is, where it needs no change on its way. */
const CHECKS: Readonly<Record<string, ((value: string) => string) | undefined>> = {
  String: (value) => `typeof ${value} === 'string'`,
  ID: (value) => `typeof ${value} === 'string'`,
  Boolean: (value) => `typeof ${value} === 'boolean'`,
  Int: (value) => `(typeof ${value} === 'number' && (${value} | 0) === ${value})`,
  Float: (value) => `(typeof ${value} === 'number' && Number.isFinite(${value}))`,
};

/** The object that a position is, or that the items of its lists are. */
function objectOf(position: Position): Position | undefined {
  let at: Position | undefined = position;
  while (at?.kind === 'list') at = at.item;
  return at?.kind === 'object' ? at : undefined;
}
