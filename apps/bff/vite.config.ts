import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/** Where the bundle is, from which a module finds what lies beside it. */
const BESIDE = `${DIST}apps/bff/`;

/** What a package would use that is not there: it does without. */
const ABSENT = ['@as-integrations/express5'];

/** A module that reads a file beside it finds it from the bundle, too. */
const besideModules: Plugin = {
  name: 'files-beside-modules',
  transform: (code, id) =>
    id.startsWith(DIST)
      ? code.replaceAll('import.meta.url', `new URL(${JSON.stringify(relative(BESIDE, id))}, import.meta.url).href`)
      : undefined,
};

/**
 * The BFF and what it is made of in one file, as it is otherwise: started in half the time, and run with less memory and less
 * work for each request than from the hundreds of files of which it is put together.
 */
export default defineConfig({
  root: DIST,
  logLevel: 'warn',
  plugins: [besideModules],
  // The playground is nine megabytes: it is read when somebody looks at it.
  ssr: { noExternal: true, external: ['@graphql-yoga/render-graphiql'] },
  build: {
    ssr: `${BESIDE}src/main.js`,
    ...{ outDir: BESIDE, emptyOutDir: false, minify: false, target: 'node24' },
    rolldownOptions: {
      external: ABSENT,
      // A single letter that is not Latin would double what the whole text takes in memory. What comments say, the sources say.
      output: { entryFileNames: 'main.js', codeSplitting: false, keepNames: true, charset: 'ascii', comments: false },
    },
  },
});
