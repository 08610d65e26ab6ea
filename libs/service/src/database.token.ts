/** The injection token of a service's database, for reads. */
export const DATABASE = Symbol('DATABASE');

/** The injection token of the same database for writes: over connections of their own, where waiting for a lock is bounded. */
export const WRITES = Symbol('WRITES');
