/** The injection token of the timeline of sagas. */
export const TIMELINE = Symbol('TIMELINE');
