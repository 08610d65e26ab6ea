import { Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import { SagaClient } from '@bff/saga-client';
import type { BffConfig } from './bff.config.js';
import { createGraphqlOptions } from './gateway/graphql-options.js';
import type { RequestContextFactory } from './gateway/request-context.js';
import { HealthController } from './health.controller.js';
import { OrderLineResolver } from './models/order-line.resolver.js';
import { CancelOrderMutation } from './mutations/cancel-order/cancel-order.mutation.js';
import { CreateOrderMutation } from './mutations/create-order/create-order.mutation.js';
import { DecideSagaMutation } from './operators/decide-saga.mutation.js';
import { SagasQuery } from './operators/sagas.query.js';
import { AccountPageResolver } from './pages/account/account.page.js';
import { CatalogPageResolver } from './pages/catalog/catalog.page.js';
import { CheckoutPageResolver } from './pages/checkout/checkout.page.js';
import { OrderPageResolver } from './pages/order/order.page.js';
import { ProductPageResolver } from './pages/product/product.page.js';
import { OrderProgressSubscription } from './subscriptions/order-progress/order-progress.subscription.js';

/** The pages: a page is a folder under pages/ and a line here. */
const pages: readonly Type[] = [
  CatalogPageResolver,
  ProductPageResolver,
  AccountPageResolver,
  OrderPageResolver,
  CheckoutPageResolver,
];

/** The mutations: a mutation is a folder under mutations/ and a line here. */
const mutations: readonly Type[] = [CreateOrderMutation, CancelOrderMutation];

/** The subscriptions: a subscription is a folder under subscriptions/ and a line here. */
const subscriptions: readonly Type[] = [OrderProgressSubscription];

/** What operators see and decide. */
const operators: readonly Type[] = [SagasQuery, DecideSagaMutation];

/** The resolvers of the whole schema. */
export const resolvers: readonly Type[] = [...pages, ...mutations, ...subscriptions, ...operators, OrderLineResolver];

@Module({})
export class BffModule {
  static register(config: BffConfig, contexts: RequestContextFactory): DynamicModule {
    return {
      module: BffModule,
      imports: [GraphQLModule.forRoot<ApolloDriverConfig>(createGraphqlOptions(config, contexts))],
      controllers: [HealthController],
      providers: [...resolvers, { provide: SagaClient, useFactory: () => new SagaClient(config.ENGINE_INGRESS_URL) }],
    };
  }
}
