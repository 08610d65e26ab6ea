import { checkNodeVersion } from './node-version.js';

// Imported first, for its side effect: an old Node may start, and fail later at a request or on a package it cannot load.
const why = checkNodeVersion(process.versions.node);
if (why !== undefined) {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
