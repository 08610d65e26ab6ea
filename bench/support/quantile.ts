/** A figure without a measurement: the benchmark had no case, or could not measure one. */
export class NothingMeasured extends Error {
  override readonly name = 'NothingMeasured';
}

/**
 * The number below which the given share of the numbers lies, interpolated between neighbours: 0.5 is the median. Throws
 * NothingMeasured when there are no numbers, or when one of them is none.
 */
export function computeQuantile(numbers: readonly number[], share: number): number {
  const sorted = requireMeasured(numbers).toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [below = NaN, above = NaN] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place - Math.floor(place));
}

/** Throws NothingMeasured as computeQuantile does. */
export function computeMedian(numbers: readonly number[]): number {
  return computeQuantile(numbers, 0.5);
}

/** The largest of the numbers. Throws NothingMeasured as computeQuantile does. */
export function findLargest(numbers: readonly number[]): number {
  return Math.max(...requireMeasured(numbers));
}

/** A number as text. Throws NothingMeasured when it is none: a table never shows NaN. */
export function formatFigure(value: number, digits = 0): string {
  return computeQuantile([value], 1).toFixed(digits);
}

function requireMeasured(numbers: readonly number[]): readonly number[] {
  if (numbers.length === 0) throw new NothingMeasured('No case was measured: expected one or more');
  const wrong = numbers.find((number) => !Number.isFinite(number));
  if (wrong === undefined) return numbers;
  throw new NothingMeasured(`One of ${numbers.length} cases was not measured: expected a number, got ${wrong}`);
}
