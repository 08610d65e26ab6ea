import { formatPath } from '../stack/project.js';
import type { Stack, StackOptions } from '../stack/stack.js';
import { runInTerminal } from './terminal.js';
import type { Links } from './terminal.js';

/** Runs the whole product in a terminal; as a cluster, everything is there at least twice. */
export function runProduct({ cluster }: { readonly cluster: boolean }): Promise<void> {
  const stack: StackOptions = cluster ? { engineNodes: 3, replicas: 2 } : {};
  return runInTerminal({ stack, readyUrl: ({ urls }) => urls.graphql, links: buildLinks });
}

function buildLinks({ urls, env, dataDir, logDir }: Stack): Links {
  const production = env['NODE_ENV'] === 'production';
  const documents = [urls.order, urls.customer, urls.catalog].map((url) => `${url}/openapi.json`);
  return [
    ...(production ? [] : [['playground', `${urls.graphql} (in a browser)`] as const]),
    ['console', `${urls.bff}/console/${production ? '' : ' (in a browser)'}`],
    ['engine UI', `${urls.engineAdmin}/ui/`],
    ['API documents', documents.join('  ')],
    ...(production ? [] : [['a token', 'npm run --silent token -- ALFKI'] as const]),
    ['data', formatPath(dataDir)],
    ['logs', formatPath(logDir)],
    ['stop', 'Ctrl-C (data are kept; npm run reset clears them)'],
  ];
}
