import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { findProjectRoot } from '../../tools/stack/project.js';
import { measureBlog } from './blog-contest.js';
import { ROUNDS, STARTS } from './contest.js';
import { measureOrders } from './orders.js';
import { measurePage } from './page.js';
import { toSection } from './section.js';
import type { Section } from './section.js';
import { measureSlow } from './slow.js';
import { measureSoak } from './soak.js';

/**
 * Compares this BFF with its alternatives, and with the limit of the machine.
 *   npm run bench:speed                  everything, and writes docs/benchmarks.md
 *   npm run bench:speed -- page orders   these alone, to the terminal
 */
const PARTS: Readonly<Record<string, () => Promise<readonly Section[]>>> = {
  page: async () => (await measurePage()).map(toSection),
  blog: async () => (await measureBlog()).map(toSection),
  slow: async () => [await measureSlow()],
  orders: async () => [await measureOrders()],
  soak: async () => [await measureSoak()],
};

const root = findProjectRoot();
const peers = join(root, 'bench/peers');
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  process.stderr.write(`There is no part ${unknown.join(', ')}: ${Object.keys(PARTS).join(', ')} are there.\n`);
  process.exit(1);
}
if (!existsSync(join(peers, 'node_modules'))) {
  process.stderr.write('installing the peers\n');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: peers, stdio: 'inherit' });
}

const sections: Section[] = [];
for (const [name, part] of Object.entries(PARTS))
  if (asked.length === 0 || asked.includes(name)) sections.push(...(await part()));
process.stdout.write(sections.map(({ text }) => text).join('\n'));

const mistakes = sections.flatMap((section) => section.mistakes);
for (const mistake of mistakes) process.stderr.write(`${mistake}\n`);
if (mistakes.length > 0) process.exitCode = 1;
// What is wrong is not published.
else if (asked.length === 0) await publish();

async function publish(): Promise<void> {
  const pictures = join(root, 'docs/benchmarks');
  mkdirSync(pictures, { recursive: true });
  const texts = sections.map(({ text, chart }, nth) => {
    if (!chart) return text;
    writeFileSync(join(pictures, `${nth + 1}.svg`), chart.svg);
    return `${text}\n![${chart.title}](benchmarks/${nth + 1}.svg)\n`;
  });
  const file = join(root, 'docs/benchmarks.md');
  const text = `${buildIntroduction()}\n${texts.join('\n')}`;
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), parser: 'markdown' }));
}

function buildIntroduction(): string {
  return `# Benchmarks

One run of \`npm run bench:speed\`: ${ROUNDS} rounds in turns, medians, also of the ratios to what stands first in the same round;
Node ${process.versions.node}, ${cpus()[0]?.model ?? 'an unknown CPU'}. Every gateway is a process of its own on one core, as in production; the downstreams and
the load (32 connections) have the other. The rounds are shared among ${STARTS} processes of each, for one becomes faster than another. Every answer is checked by its content. The floor is the same work by hand on the same
runtime, without GraphQL, tokens, contracts or metrics: nothing that does the work can be much faster. Figures of shared machines
drift; the ratios and the CPU of each answer hold.
`;
}
