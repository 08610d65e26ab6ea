import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../tools/project.js';
import { blogReports } from './speed/blog-contest.js';
import { ROUNDS } from './speed/contest.js';
import { ordersReport } from './speed/orders.js';
import { pageReports } from './speed/page.js';
import { chartOf, mistakesOf, tableOf } from './speed/report.js';
import type { Report } from './speed/report.js';
import { slowReport } from './speed/slow.js';
import { soakReport } from './speed/soak.js';

/**
 * Where this BFF stands beside what a user would pick instead, and beside the limit of the machine.
 *   npm run bench                  everything, and writes docs/benchmarks.md
 *   npm run bench -- page orders   these alone, to the terminal
 */
const PARTS: Readonly<Record<string, () => Promise<readonly (Report | string)[]>>> = {
  page: pageReports,
  blog: blogReports,
  slow: async () => [await slowReport()],
  orders: async () => [await ordersReport()],
  soak: async () => [await soakReport()],
};

const root = projectRoot();
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

const reports: (Report | string)[] = [];
const textOf = (report: Report | string): string => (typeof report === 'string' ? report : tableOf(report));
for (const [name, part] of Object.entries(PARTS))
  if (asked.length === 0 || asked.includes(name)) reports.push(...(await part()));
process.stdout.write(reports.map(textOf).join('\n'));

if (asked.length === 0) {
  const pictures = join(root, 'docs/benchmarks');
  mkdirSync(pictures, { recursive: true });
  const sections = reports.map((report, nth) => {
    if (typeof report === 'string') return report;
    writeFileSync(join(pictures, `${nth + 1}.svg`), chartOf(report));
    return `${tableOf(report)}\n![${report.title}](benchmarks/${nth + 1}.svg)\n`;
  });
  writeFileSync(join(root, 'docs/benchmarks.md'), `${introduction()}\n${sections.join('\n')}`);
}

const mistakes = reports.flatMap((report) => (typeof report === 'string' ? [] : mistakesOf(report)));
for (const mistake of mistakes) process.stderr.write(`${mistake}\n`);
if (mistakes.length > 0) process.exitCode = 1;

function introduction(): string {
  return `# Benchmarks

One run of \`npm run bench\`: ${ROUNDS} rounds in turns, medians, also of the ratios to the floor of the same round; Node ${process.versions.node}, ${cpus()[0]?.model ?? 'an unknown CPU'}. Every gateway is
a process of its own on one core; the downstreams and the load (32 connections) have the other. Every answer is checked
by its content. The floor is the same work by hand on the same runtime, without GraphQL, tokens, contracts or metrics: nothing
that does the work can be much faster. Figures of shared machines drift; the ratios and the CPU of each answer hold.
`;
}
