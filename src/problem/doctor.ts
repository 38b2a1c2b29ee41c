import { readSafely } from '../kernel/index.ts';
import { isNotFound, isProblemHandler } from './marks.ts';
import { mistakenHandlerFinding } from './mistaken-handler.ts';
import { routerOf } from './routes.ts';

/** Routers within routers are followed this far. */
const MAX_DEPTH = 16;

/** Paths that have nothing in common: what takes all of them takes every path. */
const PATHS = ['/', '/9f2c/6b1e'];

/** One entry of a router's stack, as far as it can be read. */
interface Layer {
  readonly handle: unknown;
  readonly kind: 'answers' | 'handles-errors' | 'not-found' | 'passes' | 'problem-handler';
  /** Whether it is for every path. */
  readonly isForAll: boolean;
}

const answers = (layer: unknown, handle: unknown): boolean =>
  readSafely(layer, 'route') !== undefined ||
  Array.isArray(readSafely(handle, 'stack')) ||
  // An app: mounted in an app, or in a router.
  readSafely(handle, 'name') === 'mounted_app' ||
  typeof readSafely(handle, 'handle') === 'function' ||
  readSafely(handle, 'name') === 'serveStatic';

const kindOf = (layer: unknown, handle: unknown): Layer['kind'] => {
  if (isProblemHandler(handle)) return 'problem-handler';
  if (isNotFound(handle)) return 'not-found';
  if (answers(layer, handle)) return 'answers';
  return readSafely(handle, 'length') === 4 ? 'handles-errors' : 'passes';
};

const isForAll = (layer: unknown): boolean => {
  const match = readSafely(layer, 'match');
  if (typeof layer !== 'object' || layer === null || typeof match !== 'function') return true;
  // What matching notes down stays off the layer.
  return PATHS.every((path) => Boolean(Reflect.apply(match, Object.create(layer), [path])));
};

const layersOf = (router: unknown): readonly Layer[] => {
  const stack = readSafely(router, 'stack');
  if (!Array.isArray(stack)) return [];
  return stack.map((layer) => {
    const handle = readSafely(layer, 'handle');
    const kind = kindOf(layer, handle);
    // Asked only where it matters: matching runs code of Express.
    const isOurs = kind === 'problem-handler' || kind === 'not-found';
    return { handle, kind, isForAll: !isOurs || isForAll(layer) };
  });
};

/** Findings about the handlers of a router and of those within it. */
const handlerFindings = (router: unknown, seen: Set<unknown>, depth = 0): readonly string[] => {
  if (seen.has(router) || depth > MAX_DEPTH) return [];
  seen.add(router);
  return layersOf(router).flatMap(({ handle }) =>
    Array.isArray(readSafely(handle, 'stack'))
      ? handlerFindings(handle, seen, depth + 1)
      : mistakenHandlerFinding(handle),
  );
};

const count = (number: number): string => `${number} routes or routers`;

const answersIn = (layers: readonly Layer[]): number =>
  layers.filter(({ kind }) => kind === 'answers').length;

/** How many routes, routers, apps and static files stand behind the last of a kind; none if there is none of it. */
const behind = (layers: readonly Layer[], index: number): number =>
  index < 0 ? 0 : answersIn(layers.slice(index + 1));

/** Each fault with whether it is there. */
type Check = readonly [found: boolean, text: string];

const problemChecks = (layers: readonly Layer[]): readonly Check[] => {
  const isOurs = ({ kind }: Layer): boolean => kind === 'problem-handler';
  const last = layers.findLastIndex(isOurs);
  const firstForAll = layers.findIndex((layer) => isOurs(layer) && layer.isForAll);
  const unanswered = behind(layers, last);
  return [
    [last < 0, 'No problemHandler() is mounted: Express answers errors with HTML of its own. Mount it last'],
    [
      unanswered > 0,
      `problemHandler() stands before ${count(unanswered)}: it gets none of their errors. Mount it last`,
    ],
    [
      last >= 0 && firstForAll < 0,
      'problemHandler() is mounted under a path: Express answers errors of all others with HTML of its own. Mount it without one',
    ],
    [
      firstForAll >= 0 && firstForAll < last,
      'Another problemHandler() stands before the last: that one never gets an error. Mount one alone, last',
    ],
  ];
};

const notFoundChecks = (layers: readonly Layer[]): readonly Check[] => {
  const isOurs = ({ kind }: Layer): boolean => kind === 'not-found';
  const problem = layers.findLastIndex(({ kind }) => kind === 'problem-handler');
  const first = layers.findIndex(isOurs);
  const unreachable = behind(layers, first);
  const lastAnswer = layers.findLastIndex(({ kind }) => kind === 'answers');
  // One of the app's own: it cannot be told from a middleware that is of no use there.
  const hasOwn = layers.slice(lastAnswer + 1).some(({ kind }) => kind === 'passes');
  return [
    [
      problem >= 0 && first < 0 && !hasOwn,
      'No notFound() is mounted: Express answers what no route takes with HTML of its own. Mount it before problemHandler()',
    ],
    [
      unreachable > 0,
      `notFound() stands before ${count(unreachable)}: no request reaches them. Mount it after them`,
    ],
    [
      first >= 0 && !layers.some((layer) => isOurs(layer) && layer.isForAll),
      'notFound() is mounted under a path: Express answers what no route takes elsewhere with HTML of its own. Mount it without one',
    ],
    [
      problem >= 0 && first > problem,
      'notFound() stands behind problemHandler(): Express answers what no route takes with HTML of its own. Mount it before',
    ],
  ];
};

const ownHandlerChecks = (layers: readonly Layer[]): readonly Check[] => {
  const own = layers.findLastIndex(({ kind }) => kind === 'handles-errors');
  const missed = behind(layers, own);
  return [
    [
      missed > 0 && answersIn(layers.slice(0, own)) === 0,
      `An error handler of the app stands before all of its ${count(missed)}: it gets none of their errors. Mount it after them`,
    ],
  ];
};

/**
 * Looks for mistakes in how an app of Express 4 or 5 is put together that keep errors from being answered as problems.
 * Call it when everything is mounted, in a test for one. It reads the stack of the app and of its routers, not that of
 * apps mounted in it; it changes nothing and never throws.
 *
 * @returns a finding per mistake, none when all is well. Frozen
 * @example
 * expect(doctor(app)).toEqual([]);
 */
export const doctor = (app: unknown): readonly string[] => {
  try {
    const router = routerOf(app);
    const layers = layersOf(router);
    const checks = [...problemChecks(layers), ...notFoundChecks(layers), ...ownHandlerChecks(layers)];
    const found = checks.filter(([isFound]) => isFound).map(([, text]) => text);
    return Object.freeze([...found, ...handlerFindings(router, new Set())]);
  } catch {
    return Object.freeze(['The app cannot be looked into: it is none of Express 4 or 5']);
  }
};
