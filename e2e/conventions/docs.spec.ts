import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import ts from 'typescript';

interface Fence {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  /** What follows the language: `from <file>` for lines of a file. */
  readonly marker: string;
  /** Imports and declarations that the code needs, in a comment `<!-- prelude ... -->` right before the fence. */
  readonly prelude: string;
  readonly text: string;
}

/** Where the code of the documents is compiled, so that its imports are those of a test of that folder. */
const FOLDER = 'e2e/scenarios';

const PAGES = ['README.md', 'CONTRIBUTING.md', 'AGENTS.md', ...listMarkdown('docs')];

function listMarkdown(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

function readFences(file: string): readonly Fence[] {
  const text = readFileSync(file, 'utf8');
  const fence = /(?:<!-- prelude\n([^>]*?)-->\n+)?^ *(```)(\w+)([^\n]*)\n(.*?)^ *```/gms;
  return [...text.matchAll(fence)].map((match) => ({
    file,
    line: text.slice(0, match.index + match[0].indexOf('```')).split('\n').length,
    prelude: match[1] ?? '',
    language: match[3] ?? '',
    marker: (match[4] ?? '').trim(),
    text: match[5] ?? '',
  }));
}

const fences = PAGES.flatMap(readFences);
const formatName = ({ file, line }: Fence): string => `${file}:${line}`;

describe('the documents', () => {
  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = PAGES.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/npm run (?:-s |--silent )?([a-z][a-z:-]*)/g)].map(
        ([, script = '']) => [file, script] as const,
      ),
    );
    expect(named.filter(([, script]) => !(script in scripts))).toEqual([]);
  });

  it('link only to files that exist', () => {
    const links = PAGES.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(
        ([, to = '']) => [file, to] as const,
      ),
    );
    expect(links.filter(([file, to]) => !existsSync(join(file, '..', to)))).toEqual([]);
  });

  it('have GraphQL that is valid against the schema', () => {
    const schema = buildSchema(readFileSync('apps/bff/schema.graphql', 'utf8'));
    const wrong = fences
      .filter(({ language, marker }) => language === 'graphql' && marker === '')
      .flatMap((fence) => validate(schema, parse(fence.text)).map(({ message }) => `${formatName(fence)}: ${message}`));
    expect(wrong).toEqual([]);
  });

  it('name every app, lib, tool, benchmark and folder of end-to-end tests in ARCHITECTURE.md', () => {
    const text = readFileSync('docs/ARCHITECTURE.md', 'utf8');
    const folders = ['apps', 'libs', 'tools', 'e2e', 'bench'].flatMap((parent) =>
      readdirSync(parent, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${entry.name}/`),
    );
    expect(folders.filter((folder) => !text.includes(folder))).toEqual([]);
  });

  it.each(listMarkdown('docs/adr'))('say when %s was decided, and whether it holds', (file) => {
    expect(readFileSync(file, 'utf8')).toMatch(
      /^# \d+\. .+\n\n- Date: \d{4}-\d{2}-\d{2}\n- Status: (accepted|superseded)/,
    );
  });
});

describe('the TypeScript of the documents', () => {
  it('is in the file that it is quoted from', () => {
    const wrong = fences.filter(({ marker, text }) => {
      const [, source] = /^from (\S+)$/.exec(marker) ?? [];
      return source !== undefined && !squeeze(readFileSync(source, 'utf8')).includes(squeeze(text));
    });
    expect(wrong.map(formatName)).toEqual([]);
  });

  it('compiles', () => {
    const sources = new Map(
      fences
        .filter(({ language, marker }) => language === 'ts' && !marker.startsWith('from '))
        .map((fence) => [resolve(FOLDER, `${fence.file.replaceAll(/\W/g, '-')}-${fence.line}.ts`), fence]),
    );
    const program = createProgram(new Map([...sources].map(([path, fence]) => [path, toModule(fence)])));
    const errors = [...sources].flatMap(([path, fence]) => {
      const source = program.getSourceFile(path);
      return ts.getPreEmitDiagnostics(program, source).map(({ start = 0, messageText }) => {
        const line = source ? ts.getLineAndCharacterOfPosition(source, start).line : 0;
        const shown = fence.line + 1 + line - fence.prelude.split('\n').length;
        return `${fence.file}:${shown}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      });
    });
    expect(errors).toEqual([]);
  }, 120_000);
});

function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function toModule({ prelude, text }: Fence): string {
  return `${prelude}\n${text}\nexport {};\n`;
}

/** A program over sources that exist in memory alone, with the options of the project. */
function createProgram(sources: ReadonlyMap<string, string>): ts.Program {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
  const host = ts.createCompilerHost(options);
  return ts.createProgram(
    [...sources.keys()],
    { ...options, noUnusedLocals: false },
    {
      ...host,
      fileExists: (path) => sources.has(path) || host.fileExists(path),
      readFile: (path) => sources.get(path) ?? host.readFile(path),
      getSourceFile: (path, target) => {
        const text = sources.get(path);
        return text === undefined ? host.getSourceFile(path, target) : ts.createSourceFile(path, text, target);
      },
    },
  );
}
