/**
 * Imported first, for its effect: an old Node would fail on the product's packages with an unrelated stack trace. It
 * imports nothing, for the same reason; libs/config checks the same when an app is started.
 */
const OLDEST = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST) {
  process.stderr.write(
    `Node ${process.versions.node} is too old, ${OLDEST} or newer is needed: use node_modules/.bin/node, or the npm scripts, which do.\n`,
  );
  process.exit(1);
}
