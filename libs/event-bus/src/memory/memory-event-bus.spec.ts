import { describeEventBus } from '@bff/testing';
import { MemoryEventBus, MemoryEventLog } from './memory-event-bus.js';

const log = new MemoryEventLog();

describeEventBus('in-memory', {
  start: () => Promise.resolve(),
  open: () => new MemoryEventBus(log),
  stop: () => Promise.resolve(),
});
