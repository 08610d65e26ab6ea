import { runApp } from '@bff/config';
import { openTimeline } from '@bff/timeline';
import { replayConfig } from './replay.config.js';

/** `npm run replay`: rebuilds the projection of every saga from the event log. Sagas may run meanwhile. */
await runApp(replayConfig, async ({ ORCHESTRATOR_DATABASE_URL: url }) => {
  const log = (text: unknown): void => void process.stderr.write(`${String(text)}\n`);
  const timeline = await openTimeline(url, log, { log, warn: log });
  const count = await timeline.rebuildProjection();
  await timeline.close();
  process.stdout.write(`${count} sagas were replayed\n`);
});
