import type { Metrics } from '@bff/observability';
import type { BreakerState, DownstreamHealth, DownstreamMeter } from '@bff/resilience';

const STATES: readonly BreakerState[] = ['closed', 'half-open', 'open'];

/** Reports the calls of downstreams, and the state of circuit breakers and bulkheads, in the metrics of a process. */
export function createDownstreamMeter(metrics: Metrics): DownstreamMeter {
  const watched = new Map<string, () => DownstreamHealth>();
  const readAll = <T>(read: (downstream: string, health: DownstreamHealth) => T[]): T[] =>
    [...watched].flatMap(([downstream, health]) => read(downstream, health()));

  metrics.createGauge(
    {
      name: 'downstream_breaker_state',
      help: '1 for the state that the circuit breaker of a downstream is in, 0 for the others.',
      labels: ['downstream', 'state'],
    },
    () =>
      readAll((downstream, { state }) =>
        state === 'none' ? [] : STATES.map((one) => [{ downstream, state: one }, Number(one === state)] as const),
      ),
  );
  metrics.createGauge(
    {
      name: 'downstream_bulkhead_calls',
      help: 'Calls of a downstream that are in flight, and calls that wait for one of them to end.',
      labels: ['downstream', 'state'],
    },
    () =>
      readAll((downstream, { load }) => [
        [{ downstream, state: 'active' }, load.active] as const,
        [{ downstream, state: 'queued' }, load.queued] as const,
      ]),
  );
  const took = metrics.createHistogram({
    name: 'downstream_attempt_seconds',
    help: 'How long each attempt of a call of a downstream took, by its outcome: ok, shared, or the code of the error.',
    labels: ['downstream', 'outcome'],
  });
  return {
    attempt: (downstream, { coalesced, outcome, ms }) => {
      took({ downstream, outcome: coalesced && outcome === 'ok' ? 'shared' : outcome }, ms / 1000);
    },
    watch: (downstream, health) => {
      watched.set(downstream, health);
    },
  };
}
