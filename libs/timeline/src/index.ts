export { isMismatched } from './saga-projection.js';
export type { SagaStatus, SagaProjection } from './saga-projection.js';
export { openTimeline } from './open-timeline.js';
export type { OpenTimeline } from './open-timeline.js';
export type { PositionedFact, SagaSearch, SearchCursor } from './timeline.reader.js';
