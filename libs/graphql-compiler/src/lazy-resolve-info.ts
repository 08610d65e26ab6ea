import type { FragmentDefinitionNode, GraphQLResolveInfo, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { infoPath } from './response-path.js';
import type { Places, PlannedField } from './compiled-field.js';

/** What every request of an operation has in common. */
export interface Operation {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

/** One request of it. */
export interface Request {
  readonly planned: Operation;
  readonly root: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What a resolver is told of its field. Most never look. */
export class Info implements GraphQLResolveInfo {
  constructor(
    private readonly field: PlannedField,
    private readonly at: Places | undefined,
    private readonly run: Request,
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
    return this.run.planned.schema;
  }
  get fragments() {
    return this.run.planned.fragments;
  }
  get operation() {
    return this.run.planned.operation;
  }
  get rootValue() {
    return this.run.root;
  }
  get variableValues() {
    return this.run.variables;
  }
  get path(): GraphQLResolveInfo['path'] {
    return infoPath(this.field, this.at);
  }
}
