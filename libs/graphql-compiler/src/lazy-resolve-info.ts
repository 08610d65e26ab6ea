import type { GraphQLResolveInfo } from 'graphql';
import type { CompiledField, ListIndices } from './compiled-field.js';
import type { ParsedOperation } from './executable-operation.js';
import { toResolveInfoPath } from './response-path.js';

/** What the resolve info needs to know of the request. */
export interface ExecutedRequest {
  readonly query: ParsedOperation;
  readonly root: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The `info` argument of a resolver. Few resolvers read it, so each property is computed when it is read. */
export class LazyResolveInfo implements GraphQLResolveInfo {
  constructor(
    private readonly field: CompiledField,
    private readonly indices: ListIndices | undefined,
    private readonly request: ExecutedRequest,
  ) {}

  get fieldName() {
    return this.field.name;
  }
  get fieldNodes() {
    return this.field.nodes;
  }
  get returnType() {
    return this.field.definition.type;
  }
  get parentType() {
    return this.field.parentType;
  }
  get schema() {
    return this.request.query.schema;
  }
  get fragments() {
    return this.request.query.fragments;
  }
  get operation() {
    return this.request.query.operation;
  }
  get rootValue() {
    return this.request.root;
  }
  get variableValues() {
    return this.request.variables;
  }
  get path(): GraphQLResolveInfo['path'] {
    return toResolveInfoPath(this.field, this.indices);
  }
}
