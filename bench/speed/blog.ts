/**
 * The data of the public suite: a hundred posts by ten users, as jsonplaceholder.typicode.com has them. Generated, not
 * stored.
 */

const POSTS = 100;
const USERS = 10;

const users = Array.from({ length: USERS }, (_, nth) => ({
  id: nth + 1,
  name: `User number ${nth + 1}`,
  username: `user${nth + 1}`,
  email: `user${nth + 1}@example.org`,
  phone: '1-770-736-8031',
  website: 'example.org',
}));

const posts = Array.from({ length: POSTS }, (_, nth) => ({
  userId: Math.floor(nth / (POSTS / USERS)) + 1,
  id: nth + 1,
  title: `The title of post number ${nth + 1}`,
  body: 'quia et suscipit suscipit recusandae consequuntur expedita et cum reprehenderit molestiae ut ut quas totam',
}));

/** The queries of the public suite, and what each must be answered with, as JSON. */
export const QUERIES = {
  'posts with users': {
    query: '{ posts { id userId title user { id name email } } }',
    data: {
      posts: posts.map(({ id, userId, title }) => ({ id, userId, title, user: toShownUser(userId) })),
    },
    /** Minimum number of downstream calls of an answer. */
    calls: 2,
  },
  posts: { query: '{ posts { title } }', data: { posts: posts.map(({ title }) => ({ title })) }, calls: 1 },
  greet: { query: '{ greet }', data: { greet: 'Hello World!' }, calls: 0 },
} as const;

function toShownUser(userId: number): object | undefined {
  const user = users[userId - 1];
  return user && { id: user.id, name: user.name, email: user.email };
}

/** The downstream's response to a path, as JSON; undefined for an unknown path. */
export function findAnswer(path: string): string | undefined {
  if (path === '/posts') return JSON.stringify(posts);
  const [, search] = /^\/users\?(.+)$/.exec(path) ?? [];
  if (search === undefined) return undefined;
  const ids = new Set(new URLSearchParams(search).getAll('id').map(Number));
  return JSON.stringify(users.filter(({ id }) => ids.has(id)));
}
