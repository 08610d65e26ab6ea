import { createHash } from 'node:crypto';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import * as documents from './src/documents.js';

/** Writes the manifest of the console's documents: hash to document. */
const manifest: Plugin = {
  name: 'manifest-of-documents',
  generateBundle() {
    const entries = Object.values(documents).map((text) => [createHash('sha256').update(text).digest('hex'), text]);
    const source = JSON.stringify(Object.fromEntries(entries), undefined, 2);
    this.emitFile({ type: 'asset', fileName: 'documents.json', source });
  },
};

/** The BFF serves what comes out of this at /console/. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  logLevel: 'warn',
  plugins: [manifest],
  build: { outDir: '../../dist/apps/console', emptyOutDir: true, modulePreload: { polyfill: false } },
});
