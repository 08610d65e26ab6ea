/**
 * Imported first, for what it does: an old Node fails on the product's packages with a stack trace that names none of
 * this. It imports nothing, for the same reason; libs/config says the same to who starts an app.
 */
const OLDEST = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST) {
  process.stderr.write(
    `Node ${process.versions.node} is too old, ${OLDEST} or newer is needed: use node_modules/.bin/node, or the npm scripts, which do.\n`,
  );
  process.exit(1);
}
