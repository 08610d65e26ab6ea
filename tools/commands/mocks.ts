import '../stack/node-version.js';

// Imported only now: an old Node fails on these modules, and must print its own error first.
const { runMocks } = await import('./mocks.command.js');
await runMocks(process.argv.slice(2));
