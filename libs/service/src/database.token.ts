/** The injection token of a service's database. */
export const DATABASE = Symbol('DATABASE');
