import { chartOf, mistakesOf, tableOf } from './report.js';
import type { Report } from './report.js';

/** What one part of the benchmark comes to. */
export interface Section {
  /** Markdown. */
  readonly text: string;
  readonly chart?: { readonly title: string; readonly svg: string };
  /** What is wrong, whatever the figures are. */
  readonly mistakes: readonly string[];
}

export function sectionOf(report: Report): Section {
  return {
    text: tableOf(report),
    chart: { title: report.title, svg: chartOf(report) },
    mistakes: mistakesOf(report),
  };
}
