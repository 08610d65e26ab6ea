/** Stops what global-setup.ts started. */
export default async function tearDownTests(): Promise<void> {
  const { stopTestServer } = globalThis as { stopTestServer?: () => Promise<void> };
  await stopTestServer?.();
}
