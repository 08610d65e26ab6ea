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

/** Random numbers that are the same for the same seed. */
class SeededRandom {
  constructor(private state: number) {}

  nextBelow(limit: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * limit);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.nextBelow(values.length)] as T;
  }

  /** True with a probability of one in `count`. */
  isOneIn(count: number): boolean {
    return this.nextBelow(count) === 0;
  }
}

export interface RandomRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly method: 'GET' | 'POST';
  readonly accept: string;
}

const DEFER = 'multipart/mixed; deferSpec=20220824, application/json';

const MAX_DEPTH = 6;

/** Generates valid documents of a schema: aliases, fragments, conditions, arguments, variables that may be invalid, `@defer`. */
export class RandomDocuments {
  private readonly schema;

  constructor(schema: GraphQLSchema) {
    this.schema = schema;
  }

  /** The request of this seed; undefined when its document is not valid. */
  generate(seed: number): RandomRequest | undefined {
    const document = new RandomDocument(this.schema, new SeededRandom(seed));
    const request = document.toRequest();
    return this.isValid(request.query) ? request : undefined;
  }

  private isValid(query: string): boolean {
    return validate(this.schema, parse(query), [NoSubscriptionConditionsRule, ...specifiedRules]).length === 0;
  }
}

/** Values of scalar arguments; the first is picked most often. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  ID: ['o-1', 'o-1', 'mug', 'teapot', 'none', 'o-2', '', 'ä/..'],
  Int: [1, 3, 10, 0, -1, 1_000],
  String: ['mug', 'none', '', 'Te', 'half'],
  Boolean: [true, false],
};

/** Values that are invalid for most variables. */
const WRONG: readonly unknown[] = [null, 'text', 1.5, [], { no: 'such' }, 2 ** 53];

class RandomDocument {
  private readonly declared = new Map<string, string>();
  private readonly variables: Record<string, unknown> = {};
  private readonly fragments = new Map<string, string>();
  /** Aliases by field and arguments: one response key never stands for different arguments. */
  private readonly keys = new Map<string, string>();
  private readonly defers: boolean;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: SeededRandom,
  ) {
    this.defers = random.isOneIn(12);
  }

  toRequest(): RandomRequest {
    const { random } = this;
    const kind = random.isOneIn(12) ? 'mutation' : random.isOneIn(40) ? 'subscription' : 'query';
    const type = {
      query: this.schema.getQueryType(),
      mutation: this.schema.getMutationType(),
      subscription: this.schema.getSubscriptionType(),
    }[kind];
    if (!type) throw new Error(`The schema has no ${kind}`);
    const body = kind === 'query' ? this.generateSelectionSet(type, 0) : `{ ${this.generateField(type, 0)} }`;
    const declared = [...this.declared].map(([name, text]) => `$${name}: ${text}`);
    const head = declared.length > 0 ? `${kind} Made(${declared.join(', ')})` : kind;
    const query = [`${head} ${body}`, ...this.fragments.values()].join('\n');
    const accept = this.defers && !random.isOneIn(4) ? DEFER : 'application/json';
    return { query, variables: this.variables, method: random.isOneIn(5) ? 'GET' : 'POST', accept };
  }

  private generateSelectionSet(type: GraphQLObjectType, depth: number): string {
    const count = 1 + this.random.nextBelow(depth === 0 ? 3 : 5);
    return `{ ${Array.from({ length: count }, () => this.generateSelection(type, depth)).join(' ')} }`;
  }

  private generateSelection(type: GraphQLObjectType, depth: number): string {
    const { random } = this;
    if (random.isOneIn(12)) return `__typename ${this.generateCondition()}`;
    const way = random.nextBelow(10);
    if (way === 0)
      return `... ${random.pick(['', `on ${type.name}`])} ${this.generateCondition()} ${this.generateDefer()} ${this.generateSelectionSet(type, depth)}`;
    if (way === 1) return `...${this.addFragment(type, depth)} ${this.generateCondition()} ${this.generateDefer()}`;
    return this.generateField(type, depth);
  }

  /** One fragment for each type and depth, so that there is no cycle. */
  private addFragment(type: GraphQLObjectType, depth: number): string {
    const name = `${type.name}${depth}`;
    if (!this.fragments.has(name)) {
      this.fragments.set(name, '');
      this.fragments.set(
        name,
        `fragment ${name} on ${type.name} { ${this.generateField(type, depth)} ${this.generateField(type, depth)} }`,
      );
    }
    return name;
  }

  private generateField(type: GraphQLObjectType, depth: number): string {
    const field = this.random.pick(Object.values(type.getFields()));
    const below = getNamedType(field.type);
    if (!isLeafType(below) && depth >= MAX_DEPTH) return '__typename';
    const args = this.generateArguments(field.args);
    const text = `${this.toAliasedField(field.name, args)} ${this.generateCondition()}`;
    if (isObjectType(below)) return `${text} ${this.generateSelectionSet(below, depth + 1)}`;
    if (!isAbstractType(below)) return text;
    const members = this.schema
      .getPossibleTypes(below)
      .map((one) => `... on ${one.name} ${this.generateSelectionSet(one, depth + 1)}`);
    return `${text} { __typename ${members.filter(() => this.random.isOneIn(3)).join(' ')} }`;
  }

  /** The same arguments have the same alias. */
  private toAliasedField(name: string, args: string): string {
    const again = this.random.isOneIn(4) ? 'Again' : '';
    if (args === '') return again ? `${name}${again}: ${name}` : name;
    const known = this.keys.get(`${name}${args}`) ?? `${name}${this.keys.size + 1}`;
    this.keys.set(`${name}${args}`, known);
    return `${known}${again}: ${name}${args}`;
  }

  private generateArguments(args: readonly GraphQLArgument[]): string {
    const given = args.flatMap(({ name, type, defaultValue }) => {
      const required = isNonNullType(type) && defaultValue === undefined;
      if (!required && this.random.isOneIn(2)) return [];
      return [`${name}: ${this.random.isOneIn(3) ? this.addVariable(type) : this.generateLiteral(type)}`];
    });
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  }

  private addVariable(type: GraphQLInputType): string {
    const { random } = this;
    const name = `v${this.declared.size}`;
    this.declared.set(name, String(type));
    const way = random.nextBelow(10);
    if (way === 0) this.variables[name] = random.pick(WRONG);
    else if (way !== 1) this.variables[name] = this.generateValue(type);
    return `$${name}`;
  }

  private generateCondition(): string {
    const { random } = this;
    if (!random.isOneIn(4)) return '';
    const name = random.pick(['yes', 'no', 'maybe']);
    if (!this.declared.has(name)) {
      this.declared.set(name, name === 'maybe' ? 'Boolean = true' : 'Boolean!');
      if (name !== 'maybe') this.variables[name] = random.isOneIn(30) ? null : name === 'yes';
      else if (random.isOneIn(2)) this.variables[name] = random.pick([true, false, false, null]);
    }
    return random.pick([
      `@include(if: $${name})`,
      `@skip(if: $${name})`,
      `@skip(if: false) @include(if: $${name})`,
      `@include(if: ${String(random.isOneIn(2))})`,
    ]);
  }

  private generateDefer(): string {
    return this.defers && this.random.isOneIn(2) ? '@defer' : '';
  }

  private generateValue(type: GraphQLInputType): unknown {
    const { random } = this;
    if (isNonNullType(type)) return this.generateValue(type.ofType);
    if (isListType(type)) return Array.from({ length: 1 + random.nextBelow(2) }, () => this.generateValue(type.ofType));
    if (isEnumType(type)) return random.pick(type.getValues()).name;
    if (isInputObjectType(type))
      return Object.fromEntries(
        Object.values(type.getFields()).flatMap((field) =>
          isNonNullType(field.type) || random.isOneIn(2) ? [[field.name, this.generateValue(field.type)]] : [],
        ),
      );
    const values = VALUES[type.name] ?? [];
    return random.isOneIn(2) ? values[0] : random.pick(values);
  }

  private generateLiteral(type: GraphQLInputType): string {
    return toLiteral(this.generateValue(type), type);
  }
}

function toLiteral(value: unknown, type: GraphQLInputType): string {
  const bare = isNonNullType(type) ? type.ofType : type;
  if (isEnumType(bare)) return String(value);
  if (isListType(bare) && Array.isArray(value))
    return `[${value.map((one) => toLiteral(one, bare.ofType)).join(', ')}]`;
  if (isInputObjectType(bare)) {
    const fields = bare.getFields();
    const parts = Object.entries(value as Readonly<Record<string, unknown>>).flatMap(([name, one]) => {
      const field = fields[name];
      return field ? [`${name}: ${toLiteral(one, field.type)}`] : [];
    });
    return `{ ${parts.join(', ')} }`;
  }
  return JSON.stringify(value);
}
