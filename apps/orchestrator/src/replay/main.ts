import { runApp } from '@bff/config';
import { openTimeline } from '@bff/timeline';
import { replayConfig } from './replay.config.js';

/** `npm run replay`: makes how every saga stands anew, from what happened. Orders may go on meanwhile. */
await runApp(replayConfig, async ({ ORCHESTRATOR_DATABASE_URL: url }) => {
  const say = (text: unknown): void => void process.stderr.write(`${String(text)}\n`);
  const timeline = await openTimeline(url, say, { log: say, warn: say });
  const count = await timeline.rebuildProjection();
  await timeline.close();
  process.stdout.write(`${count} sagas were replayed\n`);
});
