import '../stack/node-version.js';

// Imported only now: a Node that is too old fails on these modules, and must say why first.
const { runDevelopment } = await import('../dev/dev.js');
await runDevelopment();
