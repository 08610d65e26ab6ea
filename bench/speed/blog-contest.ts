import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BFF_START } from '../../tools/stack/bff-start.js';
import { findProjectRoot } from '../../tools/stack/project.js';
import { QUERIES } from './blog.js';
import { measureContenders } from './contest.js';
import type { Contender, Place } from './contest.js';
import { post } from './load.js';
import type { Report } from './report.js';
import { createTemporaryFolder } from '../../tools/stack/temporary-folder.js';

const root = findProjectRoot();
const GATEWAY = 'dist/bench/speed/blog-gateway.js';
const TAILCALL = join(root, 'bench/peers/node_modules/@tailcallhq/core-linux-x64-gnu/bin/tailcall');

type Name = keyof typeof QUERIES;

function createRequests(name: Name, body: object): Contender['requests'] {
  const expected = JSON.stringify(QUERIES[name].data);
  return (url) => {
    let right: string | undefined;
    const request = {
      bytes: post(url, {}, body),
      isRight: (text: string): boolean => {
        if (text === right) return true;
        const { data } = JSON.parse(text) as { data: unknown };
        if (JSON.stringify(data) !== expected) return false;
        right = text;
        return true;
      },
    };
    return () => request;
  };
}

function createNodeContender(
  name: Name,
  shown: string,
  script: string,
  more: Readonly<Record<string, string>> = {},
): Contender {
  // A gateway over this BFF's libs is started as this BFF is.
  const { options, env } = script === GATEWAY ? BFF_START : { options: [], env: {} };
  return {
    name: shown,
    command: () => [process.execPath, ...options, join(root, script)],
    env: ({ port, downstream }) => ({ ...env, PORT: String(port), DOWNSTREAM: downstream, ...more }),
    readyPath: '/',
    ...(script === GATEWAY && more['COALESCE'] === undefined && { calls: QUERIES[name].calls }),
    requests: createRequests(name, { query: QUERIES[name].query }),
  };
}

/** The configuration of the public suite, for a downstream and a port of our own. */
function writeTailcallConfig({ port, downstream }: Place, dedupe: boolean): string {
  const file = join(createTemporaryFolder('bench'), 'blog.graphql');
  writeFileSync(
    file,
    `schema @server(port: ${port}, hostname: "127.0.0.1", workers: 1) @upstream(batch: { delay: 1, maxSize: 1000 }) { query: Query }
type Query {
  posts: [Post] @http(url: "${downstream}/posts", dedupe: ${dedupe})
  greet: String @expr(body: "Hello World!")
}
type User { id: Int! name: String! email: String! }
type Post {
  id: Int! userId: Int! title: String! body: String!
  user: User @http(url: "${downstream}/users", query: [{ key: "id", value: "{{.value.userId}}" }], batchKey: ["id"], dedupe: ${dedupe})
}
`,
  );
  return file;
}

function createTailcallContenders(name: Name, dedupe: boolean): readonly Contender[] {
  if (!existsSync(TAILCALL)) {
    process.stderr.write(`${name}: Tailcall is not installed for this machine, and is not measured\n`);
    return [];
  }
  return [
    {
      name: `Tailcall (Rust), ${dedupe ? 'dedupe' : 'no dedupe'}`,
      command: (place) => [TAILCALL, 'start', writeTailcallConfig(place, dedupe)],
      env: () => ({ TAILCALL_LOG_LEVEL: 'error', TAILCALL_TRACKER: 'false' }),
      readyPath: '/status',
      requests: createRequests(name, { query: QUERIES[name].query }),
    },
  ];
}

/** The queries of the public suite (tailcallhq/graphql-benchmarks). */
export async function measureBlog(): Promise<readonly Report[]> {
  const reports: Report[] = [];
  for (const name of Object.keys(QUERIES) as Name[]) {
    const rows = await measureContenders(name, [
      createNodeContender(name, 'floor: node:http + undici, no GraphQL', 'bench/peers/blog-floor.mjs', { QUERY: name }),
      createNodeContender(name, 'this BFF, trusted document, coalescing', GATEWAY, {
        TRUSTED: 'true',
        COALESCE: 'true',
      }),
      createNodeContender(name, 'this BFF, trusted document, no coalescing', GATEWAY, { TRUSTED: 'true' }),
      createNodeContender(name, 'this BFF, any document, no coalescing', GATEWAY),
      createNodeContender(name, 'Mercurius + jit + undici', 'bench/peers/blog-mercurius.mjs'),
      ...createTailcallContenders(name, true),
      ...createTailcallContenders(name, false),
    ]);
    reports.push({
      title: `The public suite: ${name}`,
      text: `\`${QUERIES[name].query}\` of [tailcallhq/graphql-benchmarks](https://github.com/tailcallhq/graphql-benchmarks), made with the libs of this BFF. Rows with coalescing (dedupe) share one answer among all requests that wait for it; compare them with each other only.`,
      rows,
    });
  }
  return reports;
}
