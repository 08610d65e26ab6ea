import { median } from '../quantile.js';
import type { Row } from './contest.js';

/** The result of one contest. */
export interface Report {
  readonly title: string;
  /** What was asked, and what to know about the rows. */
  readonly text: string;
  readonly rows: readonly Row[];
}

/** What is wrong with a result, whatever the figures are: answers, or the calls that they took. */
export function mistakesOf({ title, rows }: Report): readonly string[] {
  return rows.flatMap(({ name, wrong, mustCall, calls, answered }) => [
    ...(wrong > 0 ? [`${title}: ${wrong} answers of ${name} are wrong`] : []),
    ...(mustCall !== undefined && calls !== mustCall * answered
      ? [
          `${title}: ${name} made ${calls} downstream calls for ${answered} answers, each of which must take ${mustCall}`,
        ]
      : []),
  ]);
}

/** As Markdown. The first row is what the others are held against. */
export function tableOf({ title, text, rows }: Report): string {
  const floor = rows[0]?.perSecond ?? [];
  const head = [
    'gateway',
    'answers/s',
    'CPU us each',
    'of the floor',
    'p99 ms',
    'calls each',
    'wrong',
    'ready ms',
    'MB',
  ];
  const lines = rows.map((row) => {
    const ofFloor = median(row.perSecond.map((perSecond, round) => perSecond / (floor[round] ?? NaN)));
    const cells = [
      ...[row.name, median(row.perSecond).toFixed(0), median(row.cpuUs).toFixed(0), ofFloor.toFixed(2)],
      ...[median(row.p99).toFixed(1), (row.calls / row.answered).toFixed(2), String(row.wrong)],
      ...[median(row.readyMs).toFixed(0), row.memoryMb.toFixed(0)],
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const share = Math.max(...rows.map(({ downstreamShare }) => downstreamShare));
  const note = `The downstreams used ${(share * 100).toFixed(0)} % of their core at most, beside the load.`;
  const table = [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...lines].join('\n');
  return `## ${title}\n\n${text}\n\n${table}\n\n${note}\n`;
}

const WIDTH = 760;
const LABEL = 300;
const BAR = 18;
const GAP = 8;

/** Answers a second, as bars. */
export function chartOf({ title, rows }: Report): string {
  const most = Math.max(...rows.map(({ perSecond }) => median(perSecond)));
  const height = 34 + rows.length * (BAR + GAP);
  const bars = rows.map(({ name, perSecond }, nth) => {
    const [value, y] = [median(perSecond), 30 + nth * (BAR + GAP)];
    const width = Math.max(1, (value / most) * (WIDTH - LABEL - 80));
    const colour = name.startsWith('this BFF') ? '#0b6e4f' : '#9aa5b1';
    return [
      `<text x="${LABEL - 8}" y="${y + 13}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${LABEL}" y="${y}" width="${width.toFixed(0)}" height="${BAR}" fill="${colour}"/>`,
      `<text x="${(LABEL + width + 6).toFixed(0)}" y="${y + 13}">${value.toFixed(0)}</text>`,
    ].join('\n');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(title)}: answers a second</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="8" y="18" font-weight="bold">${escaped(title)}: answers a second</text>`,
    ...bars,
    '</svg>\n',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
