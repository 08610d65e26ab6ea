import '../stack/node-version.js';

// Loaded only then: what an old Node cannot even parse must not keep it from saying so.
const { runMocks } = await import('./mocks.command.js');
await runMocks(process.argv.slice(2));
