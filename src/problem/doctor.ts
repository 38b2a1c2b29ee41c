import { describeValue, readSafely } from '../kernel/index.ts';
import { isNotFound, isProblemHandler } from './marks.ts';
import { routerOf } from './routes.ts';

/** Routers within routers are followed this far. */
const MAX_DEPTH = 16;

/** One entry of a router's stack, as far as it can be read. */
interface Layer {
  readonly handle: unknown;
  /** Whether requests are answered behind it: a route, a router or a mounted app. */
  readonly answers: boolean;
}

const layersOf = (router: unknown): readonly Layer[] => {
  const stack = readSafely(router, 'stack');
  if (!Array.isArray(stack)) return [];
  return stack.map((layer) => {
    const handle = readSafely(layer, 'handle');
    const isRouter = Array.isArray(readSafely(handle, 'stack'));
    const isApp = readSafely(handle, 'name') === 'mounted_app';
    return { handle, answers: readSafely(layer, 'route') !== undefined || isRouter || isApp };
  });
};

const ERROR_FIRST = /^(?:async\s+)?(?:function\b[^(]*)?\(?\s*_?err(?:or)?\b/;
const ERROR_NAME = /error_?handler$|^handle_?errors?$/i;

/** Whether a function is written as an error handler, by its name or by that of its first parameter. */
const looksLikeErrorHandler = (handle: (...args: never[]) => unknown, name: string): boolean =>
  ERROR_NAME.test(name) || ERROR_FIRST.test(Function.prototype.toString.call(handle));

const handlerFinding = (handle: unknown): readonly string[] => {
  if (typeof handle !== 'function' || handle.length === 4) return [];
  const name = String(readSafely(handle, 'name'));
  // Every function can be called; only its text is looked at.
  if (!looksLikeErrorHandler(handle as (...args: never[]) => unknown, name)) return [];
  const who = name === '' ? 'An error handler without a name' : `The error handler ${describeValue(name)}`;
  return [
    `${who} has ${handle.length} parameters. Express knows error handlers by exactly four, without defaults and rest: this one never gets an error`,
  ];
};

/** Findings about the handlers of a router and of those within it. */
const handlerFindings = (router: unknown, seen: Set<unknown>, depth = 0): readonly string[] => {
  if (seen.has(router) || depth > MAX_DEPTH) return [];
  seen.add(router);
  return layersOf(router).flatMap(({ handle }) =>
    Array.isArray(readSafely(handle, 'stack'))
      ? handlerFindings(handle, seen, depth + 1)
      : handlerFinding(handle),
  );
};

const behind = (layers: readonly Layer[], index: number): number =>
  layers.slice(index + 1).filter(({ answers }) => answers).length;

const orderFindings = (layers: readonly Layer[]): readonly string[] => {
  const problem = layers.findLastIndex(({ handle }) => isProblemHandler(handle));
  const missing = layers.findIndex(({ handle }) => isNotFound(handle));
  const unanswered = problem < 0 ? 0 : behind(layers, problem);
  const unreachable = missing < 0 ? 0 : behind(layers, missing);
  return [
    ...(problem < 0
      ? ['No problemHandler() is mounted: Express answers errors with HTML of its own. Mount it last']
      : []),
    ...(unanswered > 0
      ? [
          `problemHandler() stands before ${unanswered} routes or routers: it gets none of their errors. Mount it last`,
        ]
      : []),
    ...(unreachable > 0
      ? [
          `notFound() stands before ${unreachable} routes or routers: no request reaches them. Mount it after them`,
        ]
      : []),
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
    return Object.freeze([...orderFindings(layers), ...handlerFindings(router, new Set())]);
  } catch {
    return Object.freeze(['The app cannot be looked into: it is none of Express 4 or 5']);
  }
};
