/** `count` parts, made one by one. */
const joinParts = (count: number, make: (nth: number) => string): string =>
  Array.from({ length: count }, (_, nth) => make(nth)).join(' ');

/** Fragments of which each spreads the next one twice. */
const buildFragmentChain = (count: number, type: string, last: string): string =>
  `${joinParts(count, (nth) => `fragment f${nth} on ${type} { ...f${nth + 1} ...f${nth + 1} }`)} fragment f${count} on ${type} { ${last} }`;

/** The same, each below two fields of its own: twice as many fields for each fragment. */
const buildFragmentTree = (count: number): string =>
  `${joinParts(count, (nth) => `fragment f${nth} on Query { ...f${nth + 1} ...g${nth} } fragment g${nth} on Query { a${nth}: accountPage { id } }`)} fragment f${count} on Query { __typename }`;

const buildFields = (count: number, field: string): string => joinParts(count, (nth) => `a${nth}: ${field}`);

const BOOLEANS = joinParts(60, (nth) => `$b${nth}: Boolean = true`);

/**
 * Small documents that ask for much work: nested fragments, aliases, directives, conditions, wide and deep lists. Each is valid, so
 * that it is answered, or refused for its size.
 */
export const HOSTILE_DOCUMENTS: Readonly<Record<string, string>> = {
  'fragments that spread the next one twice': `{ ...f0 } ${buildFragmentChain(40, 'Query', '__typename')}`,
  'the same in an object': `{ accountPage { ...f0 } } ${buildFragmentChain(40, 'AccountPage', 'id')}`,
  'the same in a list': `{ accountPage { orders { ...f0 } } } ${buildFragmentChain(40, 'AccountOrder', 'id')}`,
  'the same around what is read ahead': `{ accountPage { orders { ...f0 } } } ${buildFragmentChain(40, 'AccountOrder', 'lines { product { name } }')}`,
  'fragments with fields of their own': `{ ...f0 } ${buildFragmentTree(30)}`,
  'many fragments': `{ ${joinParts(120, (nth) => `...F${nth}`)} } ${joinParts(120, (nth) => `fragment F${nth} on Query { __typename }`)}`,
  'one fragment many times': `{ ${joinParts(600, () => '...F')} } fragment F on Query { accountPage { id } }`,
  'many fragments of one object': `{ accountPage { ${joinParts(100, (nth) => `...F${nth}`)} } } ${joinParts(100, (nth) => `fragment F${nth} on AccountPage { profile { id } }`)}`,
  'one field many times': `{ ${joinParts(900, () => '__typename')} }`,
  'one object many times': `{ ${joinParts(400, () => 'accountPage { id }')} }`,
  'one deep object many times': `{ ${joinParts(150, () => 'accountPage { orders { id total { amount } } }')} }`,
  'aliases of a field': `{ accountPage { ${buildFields(600, 'id')} } }`,
  'aliases of a page': `{ ${buildFields(280, 'accountPage { id }')} }`,
  'aliases of a list and of its fields': `{ ${buildFields(50, 'catalogPage(first: 100) { products { nodes { ...F } } }')} } fragment F on Product { ${buildFields(150, 'name')} }`,
  'aliases through three levels': `{ ${buildFields(20, 'accountPage(orders: 100) { ...A }')} } fragment A on AccountPage { ${buildFields(20, 'orders { ...B }')} } fragment B on AccountOrder { ${buildFields(20, 'lines { ...C }')} } fragment C on OrderLine { ${buildFields(20, 'productId')} }`,
  'lists in lists': `{ ${buildFields(10, 'accountPage(orders: 100) { orders { lines { product { ...F } } } }')} } fragment F on Product { ${buildFields(100, 'name')} }`,
  'directives without an end': `{ accountPage { ${joinParts(90, (nth) => `a${nth}: id @include(if: true) @skip(if: false)`)} } }`,
  conditions: `query (${BOOLEANS}) { accountPage { ${joinParts(60, (nth) => `a${nth}: id @include(if: $b${nth})`)} } }`,
  'conditions on fragments': `query (${BOOLEANS}) { ${joinParts(60, (nth) => `...F @include(if: $b${nth})`)} } fragment F on Query { accountPage { id } }`,
  'inline fragments in each other': `{ ${'... on Query { '.repeat(350)} __typename ${'}'.repeat(350)} }`,
  'operations without an end': joinParts(300, (nth) => `query Q${nth} { __typename }`),
  'fragments of a mutation': `mutation { cancelOrder(input: { orderId: "none" }) { ...f0 } } ${buildFragmentChain(40, 'OrderNotFound', '__typename')}`,
};
