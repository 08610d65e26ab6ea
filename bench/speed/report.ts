import { formatFigure, findLargest, computeMedian } from '../support/quantile.js';
import type { Row } from './contest.js';

/** The result of one contest. */
export interface Report {
  readonly title: string;
  /** What was asked, and what to know about the rows. */
  readonly text: string;
  readonly rows: readonly Row[];
}

/** What is wrong with a result, whatever the figures are: nothing was measured, answers are wrong, or the calls that they took. */
export function findMistakes({ title, rows }: Report): readonly string[] {
  if (rows.length === 0) return [`${title}: no gateway was measured`];
  return rows.flatMap(({ name, wrong, mustCall, calls, answered }) => [
    ...(answered === 0 ? [`${title}: ${name} answered nothing`] : []),
    ...(wrong > 0 ? [`${title}: ${wrong} answers of ${name} are wrong`] : []),
    ...(mustCall !== undefined && calls !== mustCall * answered
      ? [
          `${title}: ${name} made ${calls} downstream calls for ${answered} answers, each of which must take ${mustCall}`,
        ]
      : []),
  ]);
}

/** Formats a report as Markdown. The first row is the baseline of the others. */
export function formatTable({ title, text, rows }: Report): string {
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
    const ofFloor = computeMedian(row.perSecond.map((perSecond, round) => perSecond / (floor[round] ?? NaN)));
    const cells = [
      row.name,
      formatFigure(computeMedian(row.perSecond)),
      formatFigure(computeMedian(row.cpuUs)),
      formatFigure(ofFloor, 2),
      formatFigure(computeMedian(row.p99), 1),
      formatFigure(row.calls / row.answered, 2),
      String(row.wrong),
      formatFigure(computeMedian(row.readyMs)),
      formatFigure(row.memoryMb),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const share = findLargest(rows.map(({ downstreamShare }) => downstreamShare));
  const answered = rows.reduce((sum, row) => sum + row.answered, 0);
  const note = `The downstreams used ${formatFigure(share * 100)} % of their core at most, beside the load. ${answered} answers were measured and checked.`;
  const table = [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...lines].join('\n');
  return `## ${title}\n\n${text}\n\n${table}\n\n${note}\n`;
}

const WIDTH = 760;
const LABEL = 300;
const BAR = 18;
const GAP = 8;

/** Answers a second, as bars. */
export function drawChart({ title, rows }: Report): string {
  const most = findLargest(rows.map(({ perSecond }) => computeMedian(perSecond)));
  const height = 34 + rows.length * (BAR + GAP);
  const bars = rows.map(({ name, perSecond }, nth) => {
    const [value, y] = [computeMedian(perSecond), 30 + nth * (BAR + GAP)];
    const width = Math.max(1, (value / most) * (WIDTH - LABEL - 80));
    const colour = name.startsWith('this BFF') ? '#0b6e4f' : '#9aa5b1';
    return [
      `<text x="${LABEL - 8}" y="${y + 13}" text-anchor="end">${escapeXml(name)}</text>`,
      `<rect x="${LABEL}" y="${y}" width="${width.toFixed(0)}" height="${BAR}" fill="${colour}"/>`,
      `<text x="${(LABEL + width + 6).toFixed(0)}" y="${y + 13}">${value.toFixed(0)}</text>`,
    ].join('\n');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escapeXml(title)}: answers a second</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="8" y="18" font-weight="bold">${escapeXml(title)}: answers a second</text>`,
    ...bars,
    '</svg>\n',
  ].join('\n');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
