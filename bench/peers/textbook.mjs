import 'reflect-metadata';
import { ApolloDriver } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { axiosGet } from './clients.mjs';
import { contextOf, resolvers, typeDefs } from './page.mjs';

/** Nest, Apollo Server, Express and axios, each as its documentation shows it. */
const get = axiosGet();

class AppModule {}
Module({
  imports: [
    GraphQLModule.forRoot({
      driver: ApolloDriver,
      typeDefs,
      resolvers,
      context: ({ req }) => contextOf(req.headers['x-viewer'], get),
    }),
  ],
})(AppModule);

const app = await NestFactory.create(AppModule, { logger: false });
await app.listen(Number(process.env.PORT), '127.0.0.1');
