import { execute } from '@graphql-tools/executor';
import type { ApolloServerOptions } from '@apollo/server';
import { DirectiveLocation, GraphQLBoolean, GraphQLDirective, GraphQLNonNull, GraphQLString } from 'graphql';

/** The directive `@defer` of documents: a slow section comes in a later part of the response. */
export const defer = new GraphQLDirective({
  name: 'defer',
  description:
    'Sends this fragment in a later part of the response, so that a slow section does not delay the rest of the page. The client must accept `multipart/mixed; deferSpec=20220824`; otherwise the response comes whole.',
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: {
    if: {
      type: new GraphQLNonNull(GraphQLBoolean),
      defaultValue: true,
      description: 'Whether to defer; when false, the fragment is part of the first response.',
    },
    label: {
      type: GraphQLString,
      description: 'Name that identifies this fragment in the parts of the response; null for none.',
    },
  },
});

type ExecuteIncrementally = NonNullable<ApolloServerOptions<object>['legacyExperimentalExecuteIncrementally']>;

/** Executes an operation for a client that accepts an incremental response. */
export const executeDeferring: ExecuteIncrementally = (args) => execute(args) as ReturnType<ExecuteIncrementally>;
