import '../stack/node-version.js';

// Imported only now: a Node that is too old fails on these modules, and must say why first.
const { runProduct } = await import('./product.js');
await runProduct({ cluster: process.argv.includes('--cluster') });
