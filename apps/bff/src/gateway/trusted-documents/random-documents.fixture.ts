import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { NoSubscriptionConditionsRule } from '@bff/page';
import type { GraphQLArgument, GraphQLInputType, GraphQLObjectType, GraphQLSchema } from 'graphql';

/** Numbers that look random, and are the same for the same seed. */
export class Dice {
  constructor(private state: number) {}

  below(sides: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * sides);
  }

  of<T>(things: readonly T[]): T {
    return things[this.below(things.length)] as T;
  }

  /** True once in so many times. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }
}

export interface MadeUpRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly method: 'GET' | 'POST';
  readonly accept: string;
}

const DEFER = 'multipart/mixed; deferSpec=20220824, application/json';

const MAX_DEPTH = 6;

/** Makes valid requests of a schema: aliases, fragments, conditions, arguments, variables that may be wrong, and `@defer`. */
export class MadeUpDocuments {
  private readonly schema;

  constructor(schema: GraphQLSchema) {
    this.schema = schema;
  }

  /** A request that is the same for the same seed. Undefined when no valid document came of it. */
  make(seed: number): MadeUpRequest | undefined {
    const document = new MadeUpDocument(this.schema, new Dice(seed));
    const request = document.request();
    return this.isValid(request.query) ? request : undefined;
  }

  private isValid(query: string): boolean {
    return validate(this.schema, parse(query), [NoSubscriptionConditionsRule, ...specifiedRules]).length === 0;
  }
}

/** Values of scalars that arguments take, the ordinary ones first and most often. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  ID: ['o-1', 'o-1', 'mug', 'teapot', 'none', 'o-2', '', 'ä/..'],
  Int: [1, 3, 10, 0, -1, 1_000],
  String: ['mug', 'none', '', 'Te', 'half'],
  Boolean: [true, false],
};

/** What is no value of the type that a variable has. */
const WRONG: readonly unknown[] = [null, 'text', 1.5, [], { no: 'such' }, 2 ** 53];

class MadeUpDocument {
  private readonly declared = new Map<string, string>();
  private readonly variables: Record<string, unknown> = {};
  private readonly fragments = new Map<string, string>();
  /** The arguments of a field by the text of them, so that a key never stands for two. */
  private readonly keys = new Map<string, string>();
  private readonly defers: boolean;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly dice: Dice,
  ) {
    this.defers = dice.once(12);
  }

  request(): MadeUpRequest {
    const { dice } = this;
    const kind = dice.once(12) ? 'mutation' : dice.once(40) ? 'subscription' : 'query';
    const type = {
      query: this.schema.getQueryType(),
      mutation: this.schema.getMutationType(),
      subscription: this.schema.getSubscriptionType(),
    }[kind];
    if (!type) throw new Error(`There is no ${kind}`);
    const body = kind === 'query' ? this.selection(type, 0) : `{ ${this.field(type, 0)} }`;
    const declared = [...this.declared].map(([name, text]) => `$${name}: ${text}`);
    const head = declared.length > 0 ? `${kind} Made(${declared.join(', ')})` : kind;
    const query = [`${head} ${body}`, ...this.fragments.values()].join('\n');
    const accept = this.defers && !dice.once(4) ? DEFER : 'application/json';
    return { query, variables: this.variables, method: dice.once(5) ? 'GET' : 'POST', accept };
  }

  private selection(type: GraphQLObjectType, depth: number): string {
    const count = 1 + this.dice.below(depth === 0 ? 3 : 5);
    return `{ ${Array.from({ length: count }, () => this.part(type, depth)).join(' ')} }`;
  }

  private part(type: GraphQLObjectType, depth: number): string {
    const { dice } = this;
    if (dice.once(12)) return `__typename ${this.condition()}`;
    const way = dice.below(10);
    if (way === 0)
      return `... ${dice.of(['', `on ${type.name}`])} ${this.condition()} ${this.deferred()} ${this.selection(type, depth)}`;
    if (way === 1) return `...${this.fragmentOf(type, depth)} ${this.condition()} ${this.deferred()}`;
    return this.field(type, depth);
  }

  /** One of each type at each depth, so that none is part of itself. */
  private fragmentOf(type: GraphQLObjectType, depth: number): string {
    const name = `${type.name}${depth}`;
    if (!this.fragments.has(name)) {
      this.fragments.set(name, '');
      this.fragments.set(
        name,
        `fragment ${name} on ${type.name} { ${this.field(type, depth)} ${this.field(type, depth)} }`,
      );
    }
    return name;
  }

  private field(type: GraphQLObjectType, depth: number): string {
    const field = this.dice.of(Object.values(type.getFields()));
    const below = getNamedType(field.type);
    if (!isLeafType(below) && depth >= MAX_DEPTH) return '__typename';
    const args = this.argumentsOf(field.args);
    const text = `${this.keyOf(field.name, args)} ${this.condition()}`;
    if (isObjectType(below)) return `${text} ${this.selection(below, depth + 1)}`;
    if (!isAbstractType(below)) return text;
    const members = this.schema
      .getPossibleTypes(below)
      .map((one) => `... on ${one.name} ${this.selection(one, depth + 1)}`);
    return `${text} { __typename ${members.filter(() => this.dice.once(3)).join(' ')} }`;
  }

  /** Arguments that are the same have the same alias. */
  private keyOf(name: string, args: string): string {
    const again = this.dice.once(4) ? 'Again' : '';
    if (args === '') return again ? `${name}${again}: ${name}` : name;
    const known = this.keys.get(`${name}${args}`) ?? `${name}${this.keys.size + 1}`;
    this.keys.set(`${name}${args}`, known);
    return `${known}${again}: ${name}${args}`;
  }

  private argumentsOf(args: readonly GraphQLArgument[]): string {
    const given = args.flatMap(({ name, type, defaultValue }) => {
      const required = isNonNullType(type) && defaultValue === undefined;
      if (!required && this.dice.once(2)) return [];
      return [`${name}: ${this.dice.once(3) ? this.variable(type) : this.literal(type)}`];
    });
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  }

  private variable(type: GraphQLInputType): string {
    const { dice } = this;
    const name = `v${this.declared.size}`;
    this.declared.set(name, String(type));
    const way = dice.below(10);
    if (way === 0) this.variables[name] = dice.of(WRONG);
    else if (way !== 1) this.variables[name] = this.value(type);
    return `$${name}`;
  }

  private condition(): string {
    const { dice } = this;
    if (!dice.once(4)) return '';
    const name = dice.of(['yes', 'no', 'maybe']);
    if (!this.declared.has(name)) {
      this.declared.set(name, name === 'maybe' ? 'Boolean = true' : 'Boolean!');
      if (name !== 'maybe') this.variables[name] = dice.once(30) ? null : name === 'yes';
      else if (dice.once(2)) this.variables[name] = dice.of([true, false, false, null]);
    }
    return dice.of([
      `@include(if: $${name})`,
      `@skip(if: $${name})`,
      `@skip(if: false) @include(if: $${name})`,
      `@include(if: ${String(dice.once(2))})`,
    ]);
  }

  private deferred(): string {
    return this.defers && this.dice.once(2) ? '@defer' : '';
  }

  private value(type: GraphQLInputType): unknown {
    const { dice } = this;
    if (isNonNullType(type)) return this.value(type.ofType);
    if (isListType(type)) return Array.from({ length: 1 + dice.below(2) }, () => this.value(type.ofType));
    if (isEnumType(type)) return dice.of(type.getValues()).name;
    if (isInputObjectType(type))
      return Object.fromEntries(
        Object.values(type.getFields()).flatMap((field) =>
          isNonNullType(field.type) || dice.once(2) ? [[field.name, this.value(field.type)]] : [],
        ),
      );
    const values = VALUES[type.name] ?? [];
    return dice.once(2) ? values[0] : dice.of(values);
  }

  private literal(type: GraphQLInputType): string {
    return literalOf(this.value(type), type);
  }
}

function literalOf(value: unknown, type: GraphQLInputType): string {
  const bare = isNonNullType(type) ? type.ofType : type;
  if (isEnumType(bare)) return String(value);
  if (isListType(bare) && Array.isArray(value))
    return `[${value.map((one) => literalOf(one, bare.ofType)).join(', ')}]`;
  if (isInputObjectType(bare)) {
    const fields = bare.getFields();
    const parts = Object.entries(value as Readonly<Record<string, unknown>>).flatMap(([name, one]) => {
      const field = fields[name];
      return field ? [`${name}: ${literalOf(one, field.type)}`] : [];
    });
    return `{ ${parts.join(', ')} }`;
  }
  return JSON.stringify(value);
}
