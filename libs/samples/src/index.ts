export { northwindCatalog, northwindCustomer, northwindOrder } from './northwind.js';
export type { NorthwindCatalog, NorthwindCustomer, NorthwindOrder } from './northwind.js';
