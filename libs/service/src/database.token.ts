/** The injection token of a service's database, for reads. */
export const DATABASE = Symbol('DATABASE');

/** The injection token of the same database for writes: a separate connection pool with a lock timeout. */
export const WRITES = Symbol('WRITES');
