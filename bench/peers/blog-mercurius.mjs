import DataLoader from 'dataloader';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { undiciGet } from './clients.mjs';

const get = undiciGet();
const app = Fastify();
await app.register(mercurius, {
  schema: `
    type Query { posts: [Post!]! greet: String! }
    type Post { id: Int! userId: Int! title: String! user: User }
    type User { id: Int! name: String! email: String! }
  `,
  resolvers: {
    Query: { posts: () => get('/posts'), greet: () => 'Hello World!' },
    Post: { user: ({ userId }, _args, { users }) => users.load(userId) },
  },
  jit: 1,
  context: () => ({
    users: new DataLoader(async (ids) => {
      const byId = new Map(
        (await get(`/users?${ids.map((id) => `id=${id}`).join('&')}`)).map((user) => [user.id, user]),
      );
      return ids.map((id) => byId.get(id) ?? null);
    }),
  }),
});
app.get('/', () => ({}));
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
