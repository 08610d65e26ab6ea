import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { ApiName } from './services.js';

/** A JSON schema as it stands in a document. Its inside is ajv's business. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface ParameterObject {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly style?: string;
  readonly explode?: boolean;
  readonly schema: JsonSchema;
}

interface Content {
  readonly content?: { readonly 'application/json'?: { readonly schema: JsonSchema } };
}

export interface OperationObject {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly (ParameterObject | { readonly $ref: string })[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content | { readonly $ref: string }>>;
}

/** The part of an OpenAPI 3.1 document that this library reads. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  /** The events that the service emits, by their type. */
  readonly webhooks?: Readonly<Record<string, { readonly post: WebhookObject }>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface WebhookObject {
  readonly summary: string;
  readonly requestBody: { readonly content: { readonly 'application/json': { readonly schema: JsonSchema } } };
}

/** Reads a service's OpenAPI document from its file. */
export function readDocument(service: ApiName): OpenApiDocument {
  const text = readFileSync(new URL(`../openapi/${service}.yaml`, import.meta.url), 'utf8');
  // The document is ours and a test holds it against the OpenAPI schema's shape that this library reads.
  return parse(text) as OpenApiDocument;
}

/** Follows a local reference ("#/components/...") inside a document. */
export function resolveReference<T>(document: OpenApiDocument, value: T | { readonly $ref: string }): T {
  if (typeof value !== 'object' || value === null || !('$ref' in value)) return value;
  const found = value.$ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
  if (found === undefined) throw new Error(`${document.info.title}: nothing stands at ${value.$ref}`);
  return found as T;
}

/** The same, but that objects may have more than what is named. */
export function allowMoreProperties<T extends object>(schemas: T): T {
  return JSON.parse(
    JSON.stringify(schemas, (key, value: unknown) =>
      key === 'additionalProperties' && value === false ? undefined : value,
    ),
  ) as T;
}

/** Points local references at the whole document, so that a schema can be compiled on its own. */
export function rebaseReferences(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"contract#/components/')) as JsonSchema;
}

/** The same with every local reference replaced by what stands there: a check of one piece. No schema may hold itself. */
export function inlineReferences(document: OpenApiDocument, schema: JsonSchema): JsonSchema {
  return JSON.parse(
    JSON.stringify(schema, (_, value: unknown) =>
      isReference(value) ? inlineReferences(document, resolveReference(document, value)) : value,
    ),
  ) as JsonSchema;
}

function isReference(value: unknown): value is { readonly $ref: string } {
  return typeof value === 'object' && value !== null && '$ref' in value;
}
