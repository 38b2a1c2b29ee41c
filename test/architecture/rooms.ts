/** The level of each room; `index` is the package's own index.ts. Rooms that are built later stand here too. */
export const LEVELS: Readonly<Record<string, number>> = {
  index: 8,
  suite: 7,
  testing: 6,
  dashboard: 6,
  client: 5,
  guard: 5,
  problem: 5,
  logging: 5,
  validation: 5,
  tracing: 5,
  metrics: 5,
  idempotency: 5,
  chaos: 5,
  redis: 5,
  messaging: 5,
  lifecycle: 5,
  context: 4,
  resilience: 4,
  cache: 4,
  policy: 3,
  events: 2,
  redaction: 2,
  errors: 1,
  kernel: 0,
};

/** The one folder that may import each npm package; a package that is not listed may be imported nowhere. */
export const PACKAGES: Readonly<Record<string, string>> = {
  undici: 'client/',
  opossum: 'resilience/breaker/',
  'lru-cache': 'cache/',
  'http-problem-details': 'problem/',
  pino: 'logging/',
  'on-headers': 'context/',
  'pino-http': 'logging/',
};

/**
 * Where a word may stand: those of node:async_hooks where requests' contexts are read, and where they are left; `console`
 * nowhere, since a library publishes events and leaves the writing to logging/; nor the two methods of AsyncLocalStorage
 * that change the context of whoever comes next: `enterWith` reaches the next request of a socket on Node 20 and 22,
 * `disable` takes the context of every request under way (a breaker has a command of that name, and no storage).
 */
export const CONFINED: Readonly<Record<string, readonly string[]>> = {
  AsyncLocalStorage: ['context/'],
  AsyncResource: ['context/', 'kernel/detached.ts'],
  console: [],
  disable: ['resilience/breaker/'],
  enterWith: [],
};

/** The longest that any file may be, in lines. */
export const MAX_FILE_LINES = 300;

/** Rooms that stay small: all their files together have fewer lines than this. */
export const ROOM_LINES: Readonly<Record<string, number>> = { kernel: 400, policy: 200 };
