import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloDriver } from '@nestjs/apollo';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Context,
  Field,
  GraphQLModule,
  GraphQLSchemaHost,
  Int,
  ObjectType,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { serveTrustedDocuments, TrustedDocuments, withCompiledQueries } from '@bff/trusted-documents';
import { CachedBatchLoader } from '@bff/downstreams';
import { createPlainFieldFinder } from '@bff/page';
import { HttpClient } from '@bff/resilience';
import type { GraphQLModule as Graphql } from '@nestjs/graphql';
import { QUERIES } from './blog.js';

/** The public suite over the libs of this BFF: Nest, Apollo Server, DataLoader, axios, trusted documents. */

const coalesce = process.env['COALESCE'] === 'true';
const http = new HttpClient({
  downstream: 'blog',
  url: process.env['DOWNSTREAM'] ?? '',
  timeoutMs: 2_000,
  maxBytes: 1_000_000,
  retries: 1,
  maxConcurrent: 128,
  maxQueued: 1_000,
  coalesce,
  breaker: { windowCalls: 20, minCalls: 10, openMs: 1_000 },
});

async function read<T>(path: string): Promise<T> {
  return (await http.send({ method: 'GET', path })).body as T;
}

@ObjectType()
class User {
  @Field(() => Int)
  readonly id!: number;

  @Field()
  readonly name!: string;

  @Field()
  readonly email!: string;
}

@ObjectType()
class Post {
  @Field(() => Int)
  readonly id!: number;

  @Field(() => Int)
  readonly userId!: number;

  @Field()
  readonly title!: string;
}

interface BlogContext {
  readonly users: CachedBatchLoader<User | null>;
}

function createContext(): BlogContext {
  const readUsers = async (ids: readonly string[]): Promise<(User | null)[]> => {
    const users = await read<User[]>(`/users?${ids.map((id) => `id=${id}`).join('&')}`);
    const byId = new Map(users.map((user) => [String(user.id), user]));
    return ids.map((id) => byId.get(id) ?? null);
  };
  return { users: new CachedBatchLoader(readUsers, { name: 'users', maxBatchSize: 100 }) };
}

@Resolver(() => Post)
class BlogResolver {
  @Query(() => [Post])
  posts(@Context() _context: BlogContext): Promise<Post[]> {
    return read('/posts');
  }

  @Query(() => String)
  greet(): string {
    return 'Hello World!';
  }

  @ResolveField(() => User, { nullable: true })
  user(post: Post, _args: unknown, { users }: BlogContext): User | null | Promise<User | null> {
    return users.getOrLoad(String(post.userId));
  }
}

const formatError = <T>(formatted: T): T => formatted;
const getCompilerOptions = () => ({ findProperty: createPlainFieldFinder() });

@Module({
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      graphiql: false,
      context: createContext,
      formatError,
      plugins: [
        ApolloServerPluginCacheControlDisabled(),
        ...withCompiledQueries([], { compileAfterExecutions: 1, formatError, getCompilerOptions }),
      ],
    }),
  ],
  providers: [BlogResolver],
})
class BlogModule {}

const app = await NestFactory.create<NestFastifyApplication>(BlogModule, new FastifyAdapter(), { logger: false });
const own = new Map(Object.values(QUERIES).map(({ query }) => [query, query]));
const trusted = await TrustedDocuments.read(
  undefined,
  process.env['TRUSTED'] === 'true' ? own : new Map(),
  () => undefined,
);
const server = app.getHttpAdapter().getInstance();
serveTrustedDocuments<BlogContext>(server, {
  path: '/graphql',
  documents: trusted,
  allowUntrusted: true,
  fastPath: true,
  createContext: createContext,
  formatError,
  getCompilerOptions,
  plugins: [],
  validationRules: [],
  isWithinLimits: () => true,
  maxTokens: 1_000,
  // Every viewer gets the same blog.
  getCoalescingKey: () => (coalesce ? 'everyone' : undefined),
  getStartedServer: () => ({
    schema: app.get(GraphQLSchemaHost).schema,
    apollo: app.get<Graphql<ApolloDriver>>(GraphQLModule).graphQlAdapter.instance,
  }),
});
server.get('/', () => ({}));
await app.listen(Number(process.env['PORT']), '127.0.0.1');
