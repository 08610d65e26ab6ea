export { readNorthwindCatalog, readNorthwindCustomer, readNorthwindOrder } from './northwind.js';
export type { NorthwindCatalog, NorthwindCustomer, NorthwindOrder } from './northwind.js';
