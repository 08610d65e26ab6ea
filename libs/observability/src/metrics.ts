import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What a metric is called, in the words of Prometheus, and the names of its labels. */
interface Naming<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
}

/** Upper bounds, in seconds: from a read that was answered at once to a page that ran out of its budget. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The metrics of one process, in the text format of Prometheus. One per process; labels are of a closed set. */
export class Metrics {
  private readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Counts what happened. */
  createCounter<Label extends string>({ name, help, labels }: Naming<Label>): (of: Record<Label, string>) => void {
    const counter = new Counter({ name, help, labelNames: labels, registers: [this.registry] });
    return (of) => counter.inc(of);
  }

  /** How long things took, in seconds. */
  createHistogram<Label extends string>({
    name,
    help,
    labels,
  }: Naming<Label>): (of: Record<Label, string>, seconds: number) => void {
    const histogram = new Histogram({ name, help, labelNames: labels, buckets: SECONDS, registers: [this.registry] });
    return (of, seconds) => histogram.observe(of, seconds);
  }

  /** A gauge: its value is read at each scrape. */
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

  /** Everything, as Prometheus reads it. */
  render(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }
}
