import {
  arrayOf,
  type Check,
  isArray,
  nestedSite,
  type OptionsSite,
  object,
  readOptions,
  readSafely,
} from '../kernel/index.ts';
import { scrubLine } from '../redaction/index.ts';
import { paramsOf } from './route.ts';

/**
 * What of a request stands in its failure record: an allow-list. A path is a name, or names joined by dots, where a number
 * is a place in a list and `*` each of its items: `user.id`, `items.0.sku`, `items.*.sku`.
 */
export interface LogInputOptions {
  /** Names of parameters of the route. @default [] */
  readonly params?: readonly string[] | undefined;
  /** Paths in `req.query`. @default [] */
  readonly query?: readonly string[] | undefined;
  /** Paths in `req.body`, as the body parser left it. @default [] */
  readonly body?: readonly string[] | undefined;
}

/** The listed values of a request, by part and path; nothing where there is none of them. */
export type ReadInput = (request: object) => Readonly<Record<string, object>> | undefined;

type Part = keyof LogInputOptions;

/** Nothing is listed. */
export const INPUT_DEFAULTS: Required<LogInputOptions> = Object.freeze<Required<LogInputOptions>>({
  params: Object.freeze([]),
  query: Object.freeze([]),
  body: Object.freeze([]),
});

const MAX_TEXT_LENGTH = 200;
const MAX_VALUES = 50;
const MAX_ITEMS = 20;
const PATH = /^[^.]{1,128}(?:\.[^.]{1,128}){0,15}$/;
const NOT_PRINTED = '[Object]';

/** Options of what is logged of a request's input, before they are read. */
export const inputLike: Check = object;

const paths = arrayOf({
  expects: 'a name, or up to 16 names joined by dots',
  type: (value) => typeof value === 'string',
  range: (value) => PATH.test(String(value)),
});

interface Budget {
  left: number;
}

/** A member of the value's own; a getter is not run, and a proxy that throws has none. */
const ownMember = (value: unknown, name: string): unknown => {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return Object.getOwnPropertyDescriptor(value, name)?.value;
  } catch {
    return undefined;
  }
};

/** The first items of a list; of anything else none. */
const itemsOf = (value: unknown): unknown[] => {
  if (!isArray(value)) return [];
  const length = Math.min(Number(ownMember(value, 'length') ?? 0), MAX_ITEMS);
  return Array.from({ length }, (_, place) => ownMember(value, String(place)));
};

const scalar = (value: unknown, budget: Budget): unknown => {
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (budget.left <= 0) return undefined;
  budget.left -= 1;
  if (typeof value === 'object' && value !== null) return NOT_PRINTED;
  return typeof value === 'string' || typeof value === 'bigint'
    ? scrubLine(String(value), MAX_TEXT_LENGTH)
    : value;
};

const isThere = (value: unknown): boolean => value !== undefined;

/** A value as it is printed: texts are cut, of a list the first items, of anything else nothing. */
const leaf = (value: unknown, budget: Budget): unknown =>
  isArray(value)
    ? itemsOf(value)
        .map((item) => scalar(item, budget))
        .filter(isThere)
    : scalar(value, budget);

/** The values at a path; more than one only below `*`. */
const valuesAt = (root: unknown, names: readonly string[]): readonly unknown[] => {
  let found: readonly unknown[] = [root];
  for (const name of names) {
    found = found
      .flatMap((value) => (name === '*' ? itemsOf(value) : [ownMember(value, name)]))
      .filter(isThere)
      .slice(0, MAX_ITEMS);
  }
  return found;
};

const readPath = (root: unknown, path: string, budget: Budget): unknown => {
  // Express 5 leaves a dot in a query's key as it is.
  const whole = ownMember(root, path);
  if (whole !== undefined) return leaf(whole, budget);
  const names = path.split('.');
  const found = valuesAt(root, names);
  if (names.includes('*')) return found.length > 0 ? leaf(found, budget) : undefined;
  return leaf(found[0], budget);
};

const readPart = (root: unknown, listed: readonly string[], budget: Budget): object | undefined => {
  const entries = listed
    .map((path) => [path, readPath(root, path, budget)] as const)
    .filter(([, value]) => isThere(value));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
};

const PARTS: Readonly<Record<Part, (request: object) => unknown>> = Object.freeze({
  params: paramsOf,
  query: (request: object) => readSafely(request, 'query'),
  body: (request: object) => readSafely(request, 'body'),
});

/**
 * Reads what an allow-list names of a request: at most 50 values, each text of at most 200 characters on one line and
 * without secrets known by their form, of each list the first 20 items. Never throws.
 *
 * @param site of the options that `input` stands in
 * @throws TypeError or RangeError for a bad option
 */
export const createInputReader = (site: OptionsSite, given: LogInputOptions): ReadInput => {
  const read = readOptions<LogInputOptions>(nestedSite(site, 'input'), given, INPUT_DEFAULTS, {
    params: paths,
    query: paths,
    body: paths,
  });
  // A caller's lists may change later.
  const lists = (['params', 'query', 'body'] as const)
    .map((part) => [part, [...(read[part] ?? [])]] as const)
    .filter(([, listed]) => listed.length > 0);
  return (request) => {
    const budget: Budget = { left: MAX_VALUES };
    const entries = lists.flatMap(([part, listed]) => {
      const values = readPart(PARTS[part](request), listed, budget);
      return values === undefined ? [] : [[part, values] as const];
    });
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  };
};
