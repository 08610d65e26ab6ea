/** The oldest Node that runs this product: package.json demands the same. */
export const OLDEST_NODE = 24;

/** An error message for a Node that is too old; undefined when it is new enough. */
export function checkNodeVersion(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= OLDEST_NODE) return undefined;
  return `Node ${version} is too old, ${OLDEST_NODE} or newer is needed: use node_modules/.bin/node, or the npm scripts, which do.`;
}
