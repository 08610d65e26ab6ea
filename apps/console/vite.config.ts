import { defineConfig } from 'vite';

/** The BFF serves what comes out of this at /console/. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  logLevel: 'warn',
  build: { outDir: '../../dist/apps/console', emptyOutDir: true, modulePreload: { polyfill: false } },
});
