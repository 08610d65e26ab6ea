import { execute } from '@graphql-tools/executor';
import type { ApolloServerOptions } from '@apollo/server';
import { DirectiveLocation, GraphQLBoolean, GraphQLDirective, GraphQLNonNull, GraphQLString } from 'graphql';

/** Lets a slow section come later, in an answer of several parts. */
export const defer = new GraphQLDirective({
  name: 'defer',
  description: 'Answers without this fragment first, and sends it when it is there: for the slow section of a page.',
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: {
    if: { type: new GraphQLNonNull(GraphQLBoolean), defaultValue: true, description: 'Deferred when true.' },
    label: { type: GraphQLString, description: 'Names the part of the answer.' },
  },
});

type ExecuteIncrementally = NonNullable<ApolloServerOptions<object>['legacyExperimentalExecuteIncrementally']>;

/** Executes an operation for a client that takes its answer in parts. */
export const executeDeferring: ExecuteIncrementally = (args) => execute(args) as ReturnType<ExecuteIncrementally>;
