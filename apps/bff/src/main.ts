import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// What the last start compiled need not be compiled again; it counts for what is imported from here on.
enableCompileCache(fileURLToPath(new URL('../../../../node_modules/.cache/compiled', import.meta.url)));

const [{ runApp }, { startBff }, { bffConfig }] = await Promise.all([
  import('@bff/config'),
  import('./bff.app.js'),
  import('./bff.config.js'),
]);
await runApp(bffConfig, startBff);
