export { isMismatched } from './saga-view.js';
export type { SagaStatus, SagaView } from './saga-view.js';
export { openTimeline } from './open-timeline.js';
export type { OpenTimeline } from './open-timeline.js';
export type { PlacedFact, SagaSearch, SearchPlace } from './timeline.reader.js';
