import { readFileSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

/**
 * Draws who imports whom into docs/ARCHITECTURE.md, from what dependency-cruiser found (JSON on stdin). With --check it
 * writes nothing, and fails when the picture is out of date.
 */
const FILE = 'docs/ARCHITECTURE.md';
const MARKERS = ['<!-- picture -->', '<!-- /picture -->'] as const;

const CAPTION = 'Who imports whom. An arrow that others imply is left out. Drawn by `npm run generate:picture`.';

interface Cruise {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly resolved: string }[];
  }[];
}

/** What each app and lib imports of the others. Specs, fixtures and libs/testing are not part of the product. */
type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>;

function buildGraph({ modules }: Cruise): ImportGraph {
  const graph = new Map<string, Set<string>>();
  const findImports = (name: string): Set<string> => {
    const known = graph.get(name) ?? new Set<string>();
    graph.set(name, known);
    return known;
  };
  for (const { source, dependencies } of modules) {
    const from = findFolder(source);
    if (from === undefined) continue;
    const imports = findImports(from);
    for (const { resolved } of dependencies) {
      const to = findFolder(resolved);
      if (to !== undefined && to !== from) imports.add(to);
    }
  }
  return new Map([...graph].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `apps/bff` for apps/bff/src/main.ts. */
function findFolder(file: string): string | undefined {
  if (/\.(spec|fixture)\.ts$/.test(file) || file.startsWith('libs/testing/')) return undefined;
  return /^(apps|libs)\/[^/]+/.exec(file)?.[0];
}

/** Everything that an app or lib imports, directly or through others. */
function reach(house: ImportGraph, room: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const next of house.get(room) ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    reach(house, next, seen);
  }
  return seen;
}

/** As a flowchart. An arrow that others imply is left out: with all of them nothing could be seen. */
function draw(house: ImportGraph): string {
  const rooms = [...house.keys()];
  const drawGroup = (folder: string): string[] => [
    `  subgraph ${folder}`,
    ...rooms.filter((room) => room.startsWith(`${folder}/`)).map((room) => `    ${toId(room)}[${getName(room)}]`),
    '  end',
  ];
  const arrows = rooms.flatMap((room) => {
    const imports = [...(house.get(room) ?? [])];
    const implied = new Set(imports.flatMap((other) => [...reach(house, other)]));
    return imports
      .filter((other) => !implied.has(other))
      .sort()
      .map((other) => `  ${toId(room)} --> ${toId(other)}`);
  });
  return [CAPTION, '', '```mermaid', 'flowchart TB', ...drawGroup('apps'), ...drawGroup('libs'), ...arrows, '```'].join(
    '\n',
  );
}

function toId(room: string): string {
  return room.replace('/', '_');
}

function getName(room: string): string {
  return room.slice(room.indexOf('/') + 1);
}

function insertPicture(picture: string, document: string): string {
  const [before, rest] = document.split(MARKERS[0]);
  const after = rest?.split(MARKERS[1])[1];
  if (before === undefined || after === undefined) throw new Error(`${FILE} has no ${MARKERS.join(' … ')}`);
  return `${before}${MARKERS[0]}\n\n${picture}\n\n${MARKERS[1]}${after}`;
}

const document = readFileSync(FILE, 'utf8');
// The two come from dependency-cruiser, whose format this is.
const expected = insertPicture(draw(buildGraph(JSON.parse(await text(process.stdin)) as Cruise)), document);
if (process.argv.includes('--check')) {
  if (expected !== document) {
    process.stderr.write(`The picture in ${FILE} is out of date: run npm run generate:picture.\n`);
    process.exitCode = 1;
  }
} else {
  writeFileSync(FILE, expected);
}
