import { checkNodeVersion } from './node-version.js';

// Imported first, for what it does: an old Node may start, and fail at the first request, or on a package that it cannot load.
const why = checkNodeVersion(process.versions.node);
if (why !== undefined) {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
