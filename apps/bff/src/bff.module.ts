import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import { Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { ApolloDriver } from '@nestjs/apollo';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import type { BuildSchemaOptions } from '@nestjs/graphql';
import { compiling } from '@bff/trusted-documents';
import { noConditionsOfSubscriptions, oneMutationAtATime, plainFields, sectionsOf } from '@bff/page';
import type { PlanOptions } from '@bff/graphql-compiler';
import type { PageContext } from '@bff/page';
import { SagaClient } from '@bff/saga-client';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApolloServerPlugin } from '@apollo/server';
import { specifiedDirectives } from 'graphql';
import type { ValidationRule } from 'graphql';
import { allowsUntrustedDocuments } from './bff.config.js';
import type { BffConfig } from './bff.config.js';
import { defer, executeDeferring } from './defer/defer.js';
import type { Door } from './door.js';
import { explainPlugin } from './explain/explain.plugin.js';
import { subscriptionsElsewhere } from './gateway/subscriptions-elsewhere.plugin.js';
import { answerSizePlugin } from './gateway/answer-size.plugin.js';
import { HealthController } from './health.controller.js';
import { DateTime } from './models/date-time.scalar.js';
import { takeExactIdsOnly } from './models/exact-ids.js';
import { OrderLineResolver } from './models/order-line.resolver.js';
import { CancelOrderMutation } from './mutations/cancel-order/cancel-order.mutation.js';
import { CreateOrderMutation } from './mutations/create-order/create-order.mutation.js';
import { DecideSagaMutation } from './operators/decide-saga.mutation.js';
import { SagasQuery } from './operators/sagas.query.js';
import { AccountPage } from './pages/account/account-page.model.js';
import { AccountPageResolver } from './pages/account/account.page.js';
import { CatalogPage } from './pages/catalog/catalog-page.model.js';
import { CatalogPageResolver } from './pages/catalog/catalog.page.js';
import { CheckoutPage } from './pages/checkout/checkout-page.model.js';
import { CheckoutPageResolver } from './pages/checkout/checkout.page.js';
import { OrderPage } from './pages/order/order-page.model.js';
import { OrderPageResolver } from './pages/order/order.page.js';
import { ProductPage } from './pages/product/product-page.model.js';
import { ProductPageResolver } from './pages/product/product.page.js';
import { playgroundPlugin } from './playground/playground.plugin.js';
import { OrderProgressSubscription } from './subscriptions/order-progress/order-progress.subscription.js';
import { writesPlugin } from './viewer/audiences.js';

/** A page: what answers it, and what it shows. */
interface RegisteredPage {
  readonly resolver: Type;
  /** Gets the field `sections`. */
  readonly model: Type;
}

/** The pages, each a folder under pages/ and a line here. */
const pages: readonly RegisteredPage[] = [
  { resolver: CatalogPageResolver, model: CatalogPage },
  { resolver: ProductPageResolver, model: ProductPage },
  { resolver: AccountPageResolver, model: AccountPage },
  { resolver: OrderPageResolver, model: OrderPage },
  { resolver: CheckoutPageResolver, model: CheckoutPage },
];

/** The mutations, each a folder under mutations/. */
const mutations: readonly Type[] = [CreateOrderMutation, CancelOrderMutation];

/** The subscriptions, each a folder under subscriptions/. */
const subscriptions: readonly Type[] = [OrderProgressSubscription];

/** What operators see and decide. */
const operators: readonly Type[] = [SagasQuery, DecideSagaMutation];

/** Everything that the schema is made of. */
export const resolvers: readonly Type[] = [
  ...pages.flatMap(({ resolver, model }) => [resolver, sectionsOf(model)]),
  ...[...mutations, ...subscriptions, ...operators, OrderLineResolver],
];

/** How the schema is made: the directives that a document may use, and what a Date is. */
export const buildSchemaOptions: BuildSchemaOptions = {
  directives: [...specifiedDirectives, defer],
  scalarsMap: [{ type: Date, scalar: DateTime }],
};

/** A document of more tokens than this is not a page's; reading it would cost more than it is worth. */
export const MAX_TOKENS = 2_000;

/** So much of the documents that nobody registered is kept parsed, in bytes of JSON; four times that in memory. */
const MAX_DOCUMENTS = 4 * 1024 * 1024;

/** What a document is held against besides the specification. */
export function validationRulesOf({ limits }: Door): ValidationRule[] {
  return [limits.rule, noConditionsOfSubscriptions, oneMutationAtATime];
}

/** How code is made of queries. */
export function planOptionsOf({ MAX_COMPILED_FIELDS: maxFields }: BffConfig): PlanOptions {
  return { propertyOf: plainFields(), maxFields };
}

takeExactIdsOnly();

/** What sees every operation, whichever way it takes. */
export function pluginsOf(door: Door): ApolloServerPlugin<PageContext>[] {
  return [explainPlugin(), writesPlugin(door.audiences)];
}

/** Aborts when the client goes before it was answered: nobody needs the calls any more that are made for it. */
function hangUpOf({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

@Module({})
export class BffModule {
  static for(config: BffConfig, door: Door): DynamicModule {
    return {
      module: BffModule,
      imports: [GraphQLModule.forRoot<ApolloDriverConfig>(graphqlOptions(config, door))],
      controllers: [HealthController],
      providers: [...resolvers, { provide: SagaClient, useFactory: () => new SagaClient(config.ENGINE_INGRESS_URL) }],
    };
  }
}

function graphqlOptions(config: BffConfig, door: Door): ApolloDriverConfig {
  const { development, formatError } = door;
  return {
    driver: ApolloDriver,
    autoSchemaFile: true,
    sortSchema: true,
    buildSchemaOptions,
    legacyExperimentalExecuteIncrementally: executeDeferring,
    graphiql: false,
    introspection: development,
    hideSchemaDetailsFromClientErrors: !development,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    validationRules: validationRulesOf(door),
    // Documents are registered by the builds of the frontends.
    persistedQueries: allowsUntrustedDocuments(config) ? {} : false,
    parseOptions: { maxLexicalTokens: MAX_TOKENS },
    documentStore: new InMemoryLRUCache({ maxSize: MAX_DOCUMENTS }),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      subscriptionsElsewhere(),
      answerSizePlugin(door.limits),
      ...compiling(pluginsOf(door), {
        ...{ after: config.COMPILE_AFTER_EXECUTIONS, formatError },
        plan: () => planOptionsOf(config),
      }),
      development ? playgroundPlugin(config) : ApolloServerPluginLandingPageDisabled(),
    ],
    context: ({ headers }: FastifyRequest, reply: FastifyReply) => door.contextOf(headers, hangUpOf(reply)),
    formatError,
  };
}
