import { drawChart, findMistakes, formatTable } from './report.js';
import type { Report } from './report.js';

/** The result of one part of the benchmark. */
export interface Section {
  /** Markdown. */
  readonly text: string;
  readonly chart?: { readonly title: string; readonly svg: string };
  /** What is wrong, whatever the figures are. */
  readonly mistakes: readonly string[];
}

export function toSection(report: Report): Section {
  return {
    text: formatTable(report),
    chart: { title: report.title, svg: drawChart(report) },
    mistakes: findMistakes(report),
  };
}
