/** Stops and removes what global-setup.ts started. */
export default async function tearDownTests(): Promise<void> {
  const { tearDown } = globalThis as { tearDown?: () => Promise<void> };
  await tearDown?.();
}
