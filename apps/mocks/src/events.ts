import type { ServerResponse } from 'node:http';
import type { Fakes, Scope } from '@bff/fakes';

/** The shortest time between two events, in milliseconds: a screen shows no more. */
const EVENT_INTERVAL_MS = 100;

/** Streams the names of the scopes in which something happens, as server-sent events, until the client disconnects. */
export function streamChanges(fakes: Fakes, outgoing: ServerResponse): void {
  outgoing.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  outgoing.write(': hello\n\n');
  const changed = new Set<string>();
  const stop = fakes.onChange(({ id }: Scope) => changed.add(id));
  const timer = setInterval(() => {
    if (changed.size > 0) outgoing.write(`data: ${JSON.stringify([...changed])}\n\n`);
    changed.clear();
  }, EVENT_INTERVAL_MS);
  outgoing.once('close', () => {
    stop();
    clearInterval(timer);
  });
}
