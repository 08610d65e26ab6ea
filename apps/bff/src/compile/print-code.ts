import { readConfig } from '@bff/config';
import { NotCompilable, printCompiledQuery } from '@bff/graphql-compiler';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { getOperationAST, GraphQLError, parse, validate } from 'graphql';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { startBff } from '../bff.app.js';
import { bffConfig } from '../bff.config.js';
import { createCompilerOptions } from '../gateway/graphql-options.js';

/** The query cannot be printed as code. The message says why, for the person who wrote the query. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

/** No token is verified with it: the BFF is started only to get its schema with its resolvers. */
const UNUSED_SECRET = 'a secret of thirty-two characters or more';

/** The JavaScript that the BFF compiles a query to. Throws QueryError. */
export async function printCode(source: string, variables: Readonly<Record<string, unknown>>): Promise<string> {
  const config = readConfig(bffConfig, { NODE_ENV: 'test', JWT_SECRET: UNUSED_SECRET });
  const app = await startBff(config, { port: 0, quiet: true });
  try {
    const { schema } = app.get(GraphQLSchemaHost);
    const document = parseValid(source, schema);
    const operation = getOperationAST(document);
    if (!operation) throw new QueryError('The document has several operations; exactly one is expected.');
    return printCompiledQuery(schema, document, operation, createCompilerOptions(config), variables);
  } catch (error) {
    throw error instanceof NotCompilable
      ? new QueryError(`graphql-js executes this operation: ${error.message}.`)
      : error;
  } finally {
    await app.close();
  }
}

function parseValid(source: string, schema: GraphQLSchema): DocumentNode {
  try {
    const document = parse(source);
    const errors = validate(schema, document);
    if (errors.length > 0) throw new QueryError(errors.map(String).join('\n\n'));
    return document;
  } catch (error) {
    throw error instanceof GraphQLError ? new QueryError(String(error)) : error;
  }
}
