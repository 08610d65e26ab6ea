import Fastify from 'fastify';
import mercurius from 'mercurius';
import { undiciGet } from './clients.mjs';
import { contextOf, resolvers, typeDefs } from './page.mjs';

const get = undiciGet();
const app = Fastify();
await app.register(mercurius, {
  schema: typeDefs,
  resolvers,
  jit: 1,
  context: (request) => contextOf(request.headers['x-viewer'], get),
});
app.get('/', () => ({}));
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
