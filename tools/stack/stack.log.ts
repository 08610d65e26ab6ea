import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const TAIL = 16 * 1024;
const LONGEST = 300;

/**
 * The line of a log that says best why its process ended: the last one that speaks of an error, or else the last one
 * that is neither a frame of a stack nor punctuation. Passwords in URLs are masked.
 */
export function findLastMeaningfulLine(file: string, from = 0): string | undefined {
  const lines = readTail(file, from)
    .split('\n')
    .filter(
      (line) => /\w/.test(line) && !/^\s/.test(line) && !/^(Node\.js v\d|\s*at |\(Use `node|file:\/\/)/.test(line),
    )
    .map(parseMessage);
  const line = lines.findLast((text) => /\b(error|fatal|panic)/i.test(text)) ?? lines.at(-1);
  return line?.replaceAll(/(\w+:\/\/[^\s:/@]*):[^\s@/]+@/g, '$1:***@').slice(0, LONGEST);
}

/** Services log a JSON object per line. */
function parseMessage(line: string): string {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null) return line;
    const text = 'message' in entry ? entry.message : 'msg' in entry ? entry.msg : undefined;
    const level = 'level' in entry && typeof entry.level === 'string' ? entry.level : undefined;
    if (typeof text !== 'string') return line;
    return level === 'error' || level === 'fatal' ? `${level}: ${text}` : text;
  } catch {
    return line;
  }
}

function readTail(file: string, from: number): string {
  const log = openSync(file, 'r');
  try {
    const { size } = fstatSync(log);
    const start = Math.max(from, size - TAIL);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    readSync(log, buffer, 0, buffer.length, start);
    // eslint-disable-next-line no-control-regex -- colours are control characters
    return buffer.toString('utf8').replaceAll(/\u001B\[[0-9;]*m/g, '');
  } finally {
    closeSync(log);
  }
}
