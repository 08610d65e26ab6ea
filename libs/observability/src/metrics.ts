import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The name, help text and label names of a metric. */
interface Naming<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
}

/** The upper bounds of the histogram's buckets, in seconds: from a fast read to a page that exceeded its deadline. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The metrics of one process, in the text format of Prometheus. One per process; labels are of a closed set. */
export class Metrics {
  private readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Creates a counter. Returns the function that increments it. */
  createCounter<Label extends string>({ name, help, labels }: Naming<Label>): (of: Record<Label, string>) => void {
    const counter = new Counter({ name, help, labelNames: labels, registers: [this.registry] });
    return (of) => counter.inc(of);
  }

  /** Creates a histogram of durations. Returns the function that observes one, in seconds. */
  createHistogram<Label extends string>({
    name,
    help,
    labels,
  }: Naming<Label>): (of: Record<Label, string>, seconds: number) => void {
    const histogram = new Histogram({ name, help, labelNames: labels, buckets: BUCKETS, registers: [this.registry] });
    return (of, seconds) => histogram.observe(of, seconds);
  }

  /** Creates a gauge whose values are read at each scrape. */
  createGauge<Label extends string>(
    { name, help, labels }: Naming<Label>,
    read: () =>
      Iterable<readonly [Record<Label, string>, number]> | Promise<Iterable<readonly [Record<Label, string>, number]>>,
  ): void {
    const registers = [this.registry];
    const gauge = new Gauge<Label>({
      name,
      help,
      labelNames: labels,
      registers,
      collect: async () => {
        const values = [...(await read())];
        gauge.reset();
        for (const [of, value] of values) gauge.set(of, value);
      },
    });
  }

  /** All metrics, in the text format of Prometheus. */
  render(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }
}
