import { isEnumType, specifiedScalarTypes } from 'graphql';
import type { GraphQLLeafType } from 'graphql';
import type { CompiledField, FieldType, ObjectWriter } from './compiled-field.js';
import { isResolvedObject } from './value-kinds.js';

/**
 * Generates JavaScript from the fields of a query: one function for each selected object type, and one for each list. A value is
 * nearly always valid as it is, so the code checks that and writes it. Everything else (a null where none is allowed, an error, a
 * promise, a field with a resolver) goes to the Execution of the request.
 *
 * Names in the code have a `$`, which no name of GraphQL has: a response key never shadows a variable of the code.
 */
export class CodeGenerator {
  /** What the code refers to, each with its name there. */
  private readonly constants = new Map<unknown, string>();
  private readonly functionNames = new Map<FieldType, string>();
  private readonly functions: string[] = [];
  /** The object types in the order in which the code returns their writers, after that of the root. */
  private readonly objectTypes: FieldType[] = [];

  /** The writer of the root. Sets the writers of all object types below it. */
  compile(root: readonly CompiledField[]): ObjectWriter {
    const source = this.generate(root);
    // Nothing in the code comes from values of a request: its names are those of the schema and the document, which are letters,
    // digits and underscores.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const run = new Function('constants', 'isResolvedObject', source) as (
      ...values: unknown[]
    ) => [ObjectWriter, ...ObjectWriter[]];
    const [writeRoot, ...writers] = run([...this.constants.keys()], isResolvedObject);
    this.objectTypes.forEach((type, index) => (type.write = writers[index]));
    return writeRoot;
  }

  /** The body of a function that takes `constants` and `isResolvedObject`, and returns the writers. */
  generate(root: readonly CompiledField[]): string {
    this.addWriters(root, 'write$root');
    const writers = ['write$root', ...this.objectTypes.map((type) => this.getFunctionName(type))];
    const names = [...this.constants.values()];
    return [
      `'use strict';`,
      ...(names.length > 0 ? [`const [${names.join(', ')}] = constants;`] : []),
      ...this.functions,
      `return [${writers.join(', ')}];`,
    ].join('\n');
  }

  /** Adds the writer of an object with these fields, and those of the objects below it. */
  private addWriters(fields: readonly CompiledField[], name: string): void {
    this.addFunction(() => this.generateWriter(fields, name));
    for (const { type } of fields) {
      const objectType = findObjectType(type);
      if (!objectType) continue;
      this.objectTypes.push(objectType);
      this.addWriters(objectType.fields, this.getFunctionName(objectType));
    }
  }

  /** Keeps the order of a reader: a function stands before the functions that it calls. */
  private addFunction(generate: () => string): void {
    const index = this.functions.push('') - 1;
    this.functions[index] = generate();
  }

  private generateWriter(fields: readonly CompiledField[], name: string): string {
    const parts = fields.map((field) => this.generateField(field));
    const read = parts.filter(({ property }) => property !== undefined);
    const reading = [
      `let ${read.map(({ value }) => value).join(', ')};`,
      `try { ${read.map(({ value, property }) => `${value} = source.${property ?? ''};`).join(' ')} }`,
      // A getter throws, or there is no object to read: each field is resolved by itself.
      `catch { return execution.resolveFields(${this.addConstant(fields, 'fields')}, source, indices); }`,
      ...read.map(({ isValid, check }) => `const ${isValid} = ${check};`),
    ];
    const lines = [
      ...(read.length > 0 ? reading : []),
      `const response = { ${parts.map(({ field, initial }) => `${field.responseKey}: ${initial}`).join(', ')} };`,
      ...parts.map(({ completion }) => completion),
      'return response;',
    ].filter((line) => line !== '');
    return `function ${name}(source, execution, indices) {\n  ${lines.join('\n  ')}\n}`;
  }

  private generateField(field: CompiledField): GeneratedField {
    const { responseKey, property, constant } = field;
    const value = `$${responseKey}`;
    const isValid = `valid$${responseKey}`;
    const part = { field, value, isValid, property: undefined, check: '', completion: '' };
    if (constant !== undefined) return { ...part, initial: `'${constant}'` };
    const name = this.addConstant(field, `field$${responseKey}`);
    if (property === undefined)
      return { ...part, initial: 'null', completion: `execution.resolveField(${name}, source, response, indices);` };
    const { check, expression } = this.generateValue(field.type, value);
    return {
      ...part,
      property,
      check,
      initial: `${isValid} ? ${expression} : null`,
      completion: `if (!${isValid}) execution.completeProperty(${name}, source, ${value}, response, indices);`,
    };
  }

  private generateValue(type: FieldType, value: string): GeneratedValue {
    const orNull = type.nonNull ? '' : `${value} === null || `;
    const guardNull = (expression: string): string =>
      type.nonNull ? expression : `(${value} === null ? null : ${expression})`;
    if (type.kind === 'object')
      return {
        check: `${orNull}isResolvedObject(${value})`,
        expression: guardNull(`${this.getFunctionName(type)}(${value}, execution, indices)`),
      };
    if (type.kind === 'list') {
      const name = this.getFunctionName(type);
      this.addFunction(() => this.generateList(type, name));
      return {
        check: `${orNull}Array.isArray(${value})`,
        expression: guardNull(`${name}(${value}, execution, indices)`),
      };
    }
    const leaf = type.leaf && this.generateLeaf(type.leaf, value);
    return leaf ? { check: `${orNull}${leaf.check}`, expression: guardNull(leaf.expression) } : ALWAYS_COMPLETED;
  }

  private generateList({ item }: FieldType, name: string): string {
    if (!item) throw new Error(`${name} is the function of a list, which has an item type`);
    const { check, expression } = this.generateValue(item, 'item');
    return `function ${name}(items, execution, outer) {
  const response = new Array(items.length);
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    const indices = { outer, index };
    if (${check}) response[index] = ${expression};
    else execution.completeValue(${this.addConstant(item, `item$${item.field.responseKey}`)}, response, index, item, indices);
  }
  return response;
}`;
  }

  private generateLeaf(type: GraphQLLeafType, value: string): GeneratedValue | undefined {
    if (isEnumType(type)) {
      const values = new Map(type.getValues().map((one) => [one.value as unknown, one.name]));
      const names = this.addConstant(values, `names$${type.name}`);
      return { check: `${names}.has(${value})`, expression: `${names}.get(${value})` };
    }
    const { isAlreadySerialized } = type.extensions;
    if (typeof isAlreadySerialized === 'function') {
      const predicate = this.addConstant(isAlreadySerialized, `isSerialized$${type.name}`);
      return { check: `${predicate}(${value})`, expression: value };
    }
    const generateCheck = specifiedScalarTypes.includes(type) ? SCALAR_CHECKS[type.name] : undefined;
    return generateCheck && { check: generateCheck(value), expression: value };
  }

  private addConstant(value: unknown, name: string): string {
    let known = this.constants.get(value);
    // The number keeps apart what has the same name: fields of several objects, enums of several lists.
    if (known === undefined) this.constants.set(value, (known = `${name}$${this.constants.size}`));
    return known;
  }

  private getFunctionName(type: FieldType): string {
    let name = this.functionNames.get(type);
    if (name === undefined) {
      name = `write$${type.field.responseKey}$${this.functionNames.size}`;
      this.functionNames.set(type, name);
    }
    return name;
  }
}

/** The code of one field of an object. */
interface GeneratedField {
  readonly field: CompiledField;
  /** The variable of the value, and that of the result of its check. */
  readonly value: string;
  readonly isValid: string;
  /** The property that the value is read from; undefined when the resolver is called. */
  readonly property: string | undefined;
  /** An expression that is true when the value may be written. */
  readonly check: string;
  /** The field in the object literal of the response. */
  readonly initial: string;
  /** A statement after the object literal, for a value that could not be written there; may be empty. */
  readonly completion: string;
}

/** An expression that is true when the value may be written, and the expression that is then written. */
interface GeneratedValue {
  readonly check: string;
  readonly expression: string;
}

/** Of a custom scalar: every value goes to the Execution, which calls its `serialize`. */
const ALWAYS_COMPLETED: GeneratedValue = { check: 'false', expression: 'null' };

/** For each built-in scalar: which values are written as they are. */
const SCALAR_CHECKS: Readonly<Record<string, ((value: string) => string) | undefined>> = {
  String: (value) => `typeof ${value} === 'string'`,
  ID: (value) => `typeof ${value} === 'string'`,
  Boolean: (value) => `typeof ${value} === 'boolean'`,
  Int: (value) => `(typeof ${value} === 'number' && (${value} | 0) === ${value})`,
  Float: (value) => `(typeof ${value} === 'number' && Number.isFinite(${value}))`,
};

/** The type itself when it is of objects, or that of the items of its lists. */
function findObjectType(type: FieldType): FieldType | undefined {
  let here: FieldType | undefined = type;
  while (here?.kind === 'list') here = here.item;
  return here?.kind === 'object' ? here : undefined;
}
