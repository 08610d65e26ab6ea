import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { isDateTime } from './date-time.js';
import {
  inlineReferences,
  allowMoreProperties,
  readDocument,
  rebaseReferences,
  resolveReference,
  type JsonSchema,
  type OpenApiDocument,
  type OperationObject,
  type ParameterObject,
  type WebhookObject,
} from './document.js';
import { ContractViolation } from './contract-violation.js';
import { assertDeclaredStatus } from './assert-declared-status.js';
import type { ApiName, ServiceName } from './services.js';
import type { BodyOf, OperationId, PathOf, QueryOf } from './types.js';

/** A request as it came over the wire, before it is known to be right. */
export interface RawRequest {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** A request that keeps its contract: numbers are numbers, lists are lists, defaults are filled in. */
export interface CheckedRequest<S extends ApiName, O extends OperationId<S>> {
  readonly path: PathOf<S, O>;
  readonly query: QueryOf<S, O>;
  readonly body: BodyOf<S, O>;
  /** The Idempotency-Key header; empty for an operation that takes none. */
  readonly idempotencyKey: string;
}

/** One operation of a contract, with its checks. */
export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** The path template, for example `/orders/{orderId}`. */
  readonly path: string;
  /** Checks a request and gives it back coerced. Throws ContractViolation. */
  checkRequest(request: RawRequest): {
    readonly path: Record<string, unknown>;
    readonly query: Record<string, unknown>;
    readonly headers: Record<string, unknown>;
    readonly body: unknown;
  };
  /** Checks that the operation can answer with this status at all. Throws ContractViolation. */
  checkStatus(status: number): void;
  /** Checks an answer as whoever gives it must: it is what the contract says. Throws ContractViolation. */
  checkAnswer(status: number, body: unknown): void;
  /**
   * Checks an answer as whoever reads it may: what the contract does not name does no harm, so that a service can be ahead of
   * its readers. Throws ContractViolation.
   */
  acceptAnswer(status: number, body: unknown): void;
}

/** One event of a contract, with its checks. */
export interface EventContract {
  readonly type: string;
  /** Checks the data of an event as its emitter must. Throws ContractViolation. */
  checkData(data: unknown): void;
  /** Checks the data of an event as a consumer may: more than the contract names does no harm. Throws ContractViolation. */
  acceptData(data: unknown): void;
}

/** A service's OpenAPI document and the checks that come from it. */
export interface Contract {
  readonly service: ApiName;
  readonly document: OpenApiDocument;
  readonly operations: ReadonlyMap<string, Operation>;
  /** The events that the service emits, by their type. */
  readonly events: ReadonlyMap<string, EventContract>;
}

const contracts = new Map<ApiName, Contract>();

/** The contract of a service, read and compiled once. */
export function getContract(service: ApiName): Contract {
  let contract = contracts.get(service);
  if (!contract) contracts.set(service, (contract = readContract(service)));
  return contract;
}

/** One operation of a service's contract. Throws when the document has no such operationId. */
export function getOperation<S extends ApiName>(service: S, id: OperationId<S>): Operation {
  const operation = getContract(service).operations.get(id);
  if (!operation) throw new Error(`The ${service} contract has no operation "${id}"`);
  return operation;
}

/** One event of a service's contract. Throws when the document has no such webhook. */
export function getEvent(service: ServiceName, type: string): EventContract {
  const event = getContract(service).events.get(type);
  if (!event) throw new Error(`The ${service} contract has no event "${type}"`);
  return event;
}

function readContract(service: ApiName): Contract {
  const document = readDocument(service);
  // Parameters come as text, so they are coerced; bodies and answers are JSON and must be right as they are.
  const coercing = createCompiler(document, { coerceTypes: 'array', useDefaults: true });
  const strict = createCompiler(document, {});
  // What services answer is read on every page: the quickest way to the same result.
  const reading = createCompiler(document, { unicodeRegExp: false });
  const operations = new Map<string, Operation>();
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods))
      operations.set(
        operation.operationId,
        readOperation(document, path, method, operation, { coercing, strict, reading }),
      );
  const events = Object.entries(document.webhooks ?? {}).map(
    ([type, { post }]) => [type, readEvent(document, type, post, { strict, reading })] as const,
  );
  return { service, document, operations, events: new Map(events) };
}

function readEvent(
  document: OpenApiDocument,
  type: string,
  { requestBody }: WebhookObject,
  { strict, reading }: Readonly<Record<'strict' | 'reading', Compile>>,
): EventContract {
  const { schema } = requestBody.content['application/json'];
  const emitted = memoize(() => strict(schema));
  const consumed = memoize(() => reading(allowMoreProperties(inlineReferences(document, schema))));
  return {
    type,
    checkData: (data) => assertValid(emitted(), data, `${type} data`),
    acceptData: (data) => assertValid(consumed(), data, `${type} data`),
  };
}

type Options = { coerceTypes: 'array'; useDefaults: boolean } | { unicodeRegExp?: boolean };
type Compile = (schema: JsonSchema) => ValidateFunction;

/** The compiler itself is made when it is needed first: who only reads answers needs one of three. */
function createCompiler(document: OpenApiDocument, options: Options): Compile {
  const made = memoize(() => {
    // The documents are held against the schema of schemas by a test.
    const ajv = new Ajv2020({ allErrors: false, strict: false, validateSchema: false, meta: false, ...options });
    addFormats.default(ajv);
    ajv.addFormat('date-time', isDateTime);
    return ajv.addSchema({ $id: 'contract', components: document.components });
  });
  return (schema) => made().compile(rebaseReferences(schema));
}

function readOperation(
  document: OpenApiDocument,
  path: string,
  method: string,
  operation: OperationObject,
  { coercing, strict, reading }: Readonly<Record<'coercing' | 'strict' | 'reading', Compile>>,
): Operation {
  const parameters = (operation.parameters ?? []).map((parameter) =>
    resolveReference<ParameterObject>(document, parameter),
  );
  const bodySchema = operation.requestBody?.content?.['application/json']?.schema;
  const parts = {
    path: memoize(() => coercing(buildParametersSchema(parameters, 'path'))),
    query: memoize(() => coercing(buildParametersSchema(parameters, 'query'))),
    headers: memoize(() => coercing(buildParametersSchema(parameters, 'header'))),
    body: bodySchema && memoize(() => strict(bodySchema)),
  };
  const given = createAnswerCheck(document, operation, strict);
  const read = createAnswerCheck(document, operation, (schema) =>
    reading(allowMoreProperties(inlineReferences(document, schema))),
  );
  const lists = parameters.filter((p) => p.in === 'query' && p.explode === false).map((p) => p.name);
  return {
    id: operation.operationId,
    // The documents use these four methods only; contract.spec holds them to it.
    method: method.toUpperCase() as Operation['method'],
    path,
    checkRequest(request) {
      const query: Record<string, unknown> = { ...request.query };
      for (const name of lists) if (typeof query[name] === 'string') query[name] = query[name].split(',');
      const checked = {
        path: { ...request.path },
        query,
        headers: pickHeaders(parameters, request.headers),
        // An operation that takes no body does not look at one.
        body: parts.body ? (request.body ?? undefined) : undefined,
      };
      assertValid(parts.path(), checked.path, 'path');
      assertValid(parts.query(), checked.query, 'query');
      assertValid(parts.headers(), checked.headers, 'headers');
      if (parts.body) assertValid(parts.body(), checked.body, 'body');
      return checked;
    },
    checkStatus: (status) => assertDeclaredStatus(operation, status),
    checkAnswer(status, body) {
      assertDeclaredStatus(operation, status);
      given(status, body);
    },
    acceptAnswer: read,
  };
}

/** The check of an operation's answers, by their status. */
function createAnswerCheck(
  document: OpenApiDocument,
  { operationId, responses }: OperationObject,
  compile: Compile,
): Operation['checkAnswer'] {
  const checks = new Map<string, () => ValidateFunction>();
  for (const [status, response] of Object.entries(responses)) {
    const schema = resolveReference(document, response).content?.['application/json']?.schema;
    if (!schema) continue;
    checks.set(
      status,
      memoize(() => compile(schema)),
    );
  }
  return (status, body) => {
    const check = checks.get(String(status)) ?? checks.get('default');
    if (!check) throw new ContractViolation(`${operationId} answers ${status}, which it does not declare`);
    assertValid(check(), body, `${operationId} answer ${status}`);
  };
}

function memoize<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function buildParametersSchema(parameters: readonly ParameterObject[], place: ParameterObject['in']): JsonSchema {
  const here = parameters.filter((parameter) => parameter.in === place);
  const getName = (parameter: ParameterObject) => (place === 'header' ? parameter.name.toLowerCase() : parameter.name);
  return {
    type: 'object',
    additionalProperties: false,
    required: here.filter((parameter) => parameter.required).map(getName),
    properties: Object.fromEntries(here.map((parameter) => [getName(parameter), parameter.schema])),
  };
}

function pickHeaders(parameters: readonly ParameterObject[], headers: RawRequest['headers']): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const parameter of parameters) {
    const name = parameter.name.toLowerCase();
    if (parameter.in === 'header' && headers[name] !== undefined) picked[name] = headers[name];
  }
  return picked;
}

function assertValid(validate: ValidateFunction, value: unknown, where: string): void {
  if (validate(value)) return;
  const error = validate.errors?.[0];
  const at = error?.instancePath ?? '';
  throw new ContractViolation(`${where}${describeError(error)}`, {
    where: `${where}${at.replaceAll('/', '.')}`,
    value: getValueAt(value, at),
  });
}

/** What stands at a JSON pointer. */
function getValueAt(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | null | undefined)?.[key], value);
}

function describeError(error: ErrorObject | undefined): string {
  if (!error) return ' is not as the contract says';
  const params: Record<string, unknown> = error.params;
  const what =
    error.keyword === 'additionalProperties'
      ? `must not have "${String(params['additionalProperty'])}"`
      : error.keyword === 'enum'
        ? `must be one of ${(params['allowedValues'] as readonly unknown[]).join(', ')}`
        : error.message;
  return `${error.instancePath.replaceAll('/', '.')} ${what}`;
}
