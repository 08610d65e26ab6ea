import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { Logger, Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { ApolloDriver } from '@nestjs/apollo';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import { createDownstreams, downstreamMeter, pagePolicies, PartitionedTexts } from '@bff/downstreams';
import type { Downstreams } from '@bff/downstreams';
import { MAX_BAGGAGE } from '@bff/kernel';
import type { Metrics } from '@bff/observability';
import { createPageContext, formatError, oneMutationAtATime, sectionsOf } from '@bff/page';
import type { PageContext } from '@bff/page';
import { SagaClient } from '@bff/saga';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { specifiedDirectives } from 'graphql';
import type { BffConfig } from './bff.config.js';
import { defer, executeDeferring } from './defer/defer.js';
import { explainPlugin } from './explain/explain.plugin.js';
import { HealthController } from './health.controller.js';
import { OrderLineResolver } from './models/order-line.resolver.js';
import { CreateOrderMutation } from './mutations/create-order/create-order.mutation.js';
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
import { TokenVerifier } from './viewer/token-verifier.js';

/** The pages, each a folder under pages/. */
const pages: readonly Type[] = [
  CatalogPageResolver,
  ProductPageResolver,
  AccountPageResolver,
  OrderPageResolver,
  CheckoutPageResolver,
];

/** What the pages show: each has a list of its sections. */
const pageModels: readonly Type[] = [CatalogPage, ProductPage, AccountPage, OrderPage, CheckoutPage];

/** The mutations, each a folder under mutations/. */
const mutations: readonly Type[] = [CreateOrderMutation];

/** Everything that the schema is made of. */
export const resolvers: readonly Type[] = [...pages, ...mutations, OrderLineResolver, ...pageModels.map(sectionsOf)];

/** The directives that a document may use. */
export const directives = [...specifiedDirectives, defer];

/** A document of more tokens than this is not a page's; reading it would cost more than it is worth. */
const MAX_TOKENS = 2_000;

/** Several baggage headers are one, and one that is too long for the rest of the way is none. */
function baggageOf({ headers }: FastifyRequest): string | undefined {
  const baggage = [headers['baggage'] ?? []].flat().join(',');
  return baggage === '' || baggage.length > MAX_BAGGAGE ? undefined : baggage;
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
  static for(config: BffConfig, metrics: Metrics): DynamicModule {
    const downstreams = createDownstreams(config, pagePolicies(config), downstreamMeter(metrics));
    return {
      module: BffModule,
      imports: [GraphQLModule.forRoot<ApolloDriverConfig>(graphqlOptions(config, downstreams))],
      controllers: [HealthController],
      providers: [...resolvers, { provide: SagaClient, useFactory: () => new SagaClient(config.ENGINE_INGRESS_URL) }],
    };
  }
}

function graphqlOptions(config: BffConfig, downstreams: Downstreams): ApolloDriverConfig {
  const texts = new PartitionedTexts(config.CATALOG_STALE_MS);
  const development = config.NODE_ENV !== 'production';
  const verifier = new TokenVerifier(config);
  const logger = new Logger('GraphQL');
  return {
    driver: ApolloDriver,
    autoSchemaFile: true,
    sortSchema: true,
    buildSchemaOptions: { directives },
    legacyExperimentalExecuteIncrementally: executeDeferring,
    graphiql: false,
    introspection: development,
    hideSchemaDetailsFromClientErrors: !development,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    validationRules: [oneMutationAtATime],
    parseOptions: { maxLexicalTokens: MAX_TOKENS },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      explainPlugin(),
      development ? playgroundPlugin(config) : ApolloServerPluginLandingPageDisabled(),
    ],
    context: async (request: FastifyRequest, reply: FastifyReply): Promise<PageContext> => {
      const viewer = await verifier.viewerOf(request.headers.authorization);
      return createPageContext(downstreams, viewer, {
        budgetMs: config.PAGE_BUDGET_MS,
        texts,
        signal: hangUpOf(reply),
        baggage: config.FORWARD_BAGGAGE ? baggageOf(request) : undefined,
        // In production a signed token says who may see the inside.
        explain: request.headers['x-explain'] === '1' && (development || viewer?.mayExplain === true),
      });
    },
    formatError: (formatted, error) =>
      formatError(formatted, error, {
        trouble: (trouble) => {
          logger.warn(String(trouble));
        },
        bug: (bug) => {
          logger.error(bug instanceof Error ? (bug.stack ?? bug.message) : String(bug));
        },
      }),
  };
}
