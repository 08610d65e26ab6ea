import { existsSync, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Changes within this time are handled together: an editor writes a file in several steps. In milliseconds. */
const SETTLE_MS = 40;

const FOLDERS = ['apps', 'libs'];
const IGNORED = /(^apps[/\\]console[/\\])|\.(spec|fixture|browser-spec|chaos-spec)\.ts$|(~|\.sw[a-z]|\.tmp)$|[/\\]\./;

/**
 * Calls back with the files of apps and libs that changed, relative to the root. The next changes are reported when the
 * promise of the last call has settled. Watches until the process ends.
 */
export function watchSources(root: string, onChange: (files: readonly string[]) => Promise<void>): void {
  const changed = new Set<string>();
  let busy = false;
  let timer: NodeJS.Timeout | undefined;
  const report = async (): Promise<void> => {
    if (busy || changed.size === 0) return;
    const files = [...changed].filter((file) => isFile(join(root, file)));
    changed.clear();
    busy = true;
    if (files.length > 0) await onChange(files.toSorted());
    busy = false;
    await report();
  };
  // Node watches recursively, but a folder at a time starts faster and reports paths that it can name.
  for (const folder of FOLDERS)
    for (const name of readdirSync(join(root, folder))) {
      const sources = join(folder, name);
      watch(join(root, sources), { recursive: true }, (_event, file) => {
        if (file === null || IGNORED.test(join(sources, file))) return;
        changed.add(join(sources, file));
        clearTimeout(timer);
        timer = setTimeout(() => void report(), SETTLE_MS);
      });
    }
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
