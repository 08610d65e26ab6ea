import DataLoader from 'dataloader';

/** The part of the BFF's schema that the page workload asks for. */
export const typeDefs = `
  type Query { accountPage(orders: Int = 10): AccountPage }
  type AccountPage { id: ID!  profile: CustomerCard  orders: [AccountOrder!] }
  type CustomerCard { id: ID!  companyName: String!  contactName: String!  contactTitle: String!  phone: String! }
  type AccountOrder { id: ID!  status: String!  placedAt: String!  total: Money!  lines: [OrderLine!]! }
  type OrderLine { productId: ID!  quantity: Int!  unitPrice: Money!  lineTotal: Money!  product: Product }
  type Product { id: ID!  name: String!  packaging: String!  supplier: String!  price: Money }
  type Money { amount: String!  currency: String! }
`;

export const resolvers = {
  Query: { accountPage: (_root, { orders }, { viewer }) => ({ id: viewer, orderCount: orders }) },
  AccountPage: {
    profile: async ({ id }, _args, { get }) => (await get(`/customers?ids=${id}`)).items[0] ?? null,
    orders: async ({ id, orderCount }, _args, { get }) =>
      (await get(`/customers/${id}/orders?first=${orderCount}`)).items,
  },
  OrderLine: { product: ({ productId }, _args, { products }) => products.load(productId) },
};

/** What a request's resolvers get: who asks, how to read JSON from a path, and a loader of products. */
export function contextOf(viewer, get) {
  const products = new DataLoader(async (ids) => {
    const { items } = await get(`/products?ids=${ids.join(',')}`);
    const byId = new Map(items.map((item) => [item.id, item]));
    return ids.map((id) => byId.get(id) ?? null);
  });
  return { viewer, get, products };
}
