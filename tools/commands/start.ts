import '../stack/node-version.js';

// Loaded only then: what an old Node cannot even parse must not keep it from saying so.
const { runProduct } = await import('./product.js');
await runProduct({ cluster: process.argv.includes('--cluster') });
