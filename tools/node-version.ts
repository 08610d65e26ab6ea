/**
 * Imported first, for what it does: an older Node fails on the product's packages with a stack trace that names none of
 * this.
 */
const OLDEST = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST) {
  process.stderr.write(
    `Node ${process.versions.node} is too old, ${OLDEST} or newer is needed: use the npm scripts, which bring their own.\n`,
  );
  process.exit(1);
}
