import { existsSync, readdirSync, statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { join } from 'node:path';

/** Changes within this time are handled together: an editor writes a file in several steps. In milliseconds. */
const SETTLE_MS = 40;

const FOLDERS = ['apps', 'libs'];
const IGNORED_FOLDER = /^apps[/\\]console([/\\]|$)|[/\\]\./;
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
    if (files.length === 0) return;
    busy = true;
    try {
      await onChange(files.toSorted());
    } finally {
      busy = false;
    }
    await report();
  };
  const handleEvent = (folder: string, name: string | null): void => {
    if (name === null) return;
    const path = join(folder, name);
    if (isFolder(join(root, path))) return addFolder(path);
    stopWatching(path);
    if (IGNORED.test(path)) return;
    changed.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => void report(), SETTLE_MS);
  };
  // Files that were written into a new folder before it was watched have changed, too.
  const addFolder = (folder: string): void => {
    if (watchers.has(folder) || IGNORED_FOLDER.test(folder)) return;
    watchFolders(folder);
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }))
      if (isFile(join(root, folder, name))) handleEvent(folder, name);
  };
  const watchers = new Map<string, FSWatcher>();
  const stopWatching = (removed: string): void => {
    watchers.get(removed)?.close();
    watchers.delete(removed);
  };
  // Folder by folder, so that every folder is watched when this returns; a recursive watch does not promise that.
  const watchFolders = (folder: string): void => {
    if (watchers.has(folder) || IGNORED_FOLDER.test(folder)) return;
    const watcher = watch(join(root, folder), (_event, name) => handleEvent(folder, name));
    watcher.on('error', () => stopWatching(folder));
    watchers.set(folder, watcher);
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true }))
      if (entry.isDirectory()) watchFolders(join(folder, entry.name));
  };
  FOLDERS.forEach(watchFolders);
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
