import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { undiciGet } from './clients.mjs';
import { contextOf, resolvers, typeDefs } from './page.mjs';

const get = undiciGet();
const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  logging: false,
  context: ({ request }) => contextOf(request.headers.get('x-viewer'), get),
});
createServer(yoga).listen(Number(process.env.PORT), '127.0.0.1');
