import { describeValue } from '../kernel/index.ts';

/** A `:name` segment, and what stands between it and the next one. */
interface Hole {
  readonly name: string;
  readonly rest: string;
}

/** A path as calls give it, read: the same for each call to one route. */
export interface PathTemplate {
  /** Scheme and host of an absolute URL; `undefined` for a path of the client's own host. */
  readonly origin: string | undefined;
  /** Up to the first hole. */
  readonly head: string;
  readonly holes: readonly Hole[];
  /** What the path itself asks for, without `?`. */
  readonly query: string;
  /** The path for messages: without the query, and without the host of an absolute URL. */
  readonly label: string;
}

// Backslashes, spaces and control characters are rewritten or dropped by the URL parser: nobody means them.
const UNSAFE = /\\|[^\u0021-\u007e\u0080-\uffff]/;
const ABSOLUTE = /^(https?:\/\/[^/?#]+)(.*)$/is;
const PLACEHOLDER = /\/:([A-Za-z_]\w*)/g;
// Segments that are empty, "." or "..", as they are or encoded; an empty one may end the path.
const STEP = /\/(?:(?:\.|%2e){0,2}\/|(?:\.|%2e){1,2}$)/i;
const VALUE_TYPES: readonly string[] = ['string', 'number', 'boolean', 'bigint'];
/** The most characters of what a call is called in messages. */
export const MAX_LABEL = 200;

/** The path of a call for messages. */
export const labelOf = (path: string): string =>
  path
    .replace(/^https?:\/\/[^/?#]*/i, '')
    .split('?', 1)[0]
    ?.slice(0, MAX_LABEL) ?? '';

const textOf = (what: string, name: string, value: unknown): string => {
  const bad = !VALUE_TYPES.includes(typeof value) || (typeof value === 'number' && !Number.isFinite(value));
  if (bad)
    throw new TypeError(
      `${what} "${name}" must be a text, a finite number or a boolean, but was ${describeValue(value)}`,
    );
  return String(value);
};

/**
 * A value as it stands in a URL.
 *
 * @throws TypeError for one that has no such form
 */
export const encode = (what: string, name: string, value: unknown): string => {
  const text = textOf(what, name, value);
  try {
    return encodeURIComponent(text);
  } catch (cause) {
    throw new TypeError(`${what} "${name}" is not well-formed Unicode`, { cause });
  }
};

/**
 * Reads a path of the client's own host, or an absolute URL.
 *
 * @throws TypeError for what is neither, or cannot be meant
 */
export const readTemplate = (given: unknown): PathTemplate => {
  if (typeof given !== 'string')
    throw new TypeError(`the path must be a text, but was ${describeValue(given)}`);
  if (UNSAFE.test(given) || given.includes('#'))
    throw new TypeError('the path must not have a fragment, backslashes, spaces or control characters');
  const [, origin, rest] = ABSOLUTE.exec(given) ?? [];
  if (origin === undefined && (!given.startsWith('/') || given.startsWith('//')))
    throw new TypeError('the path must begin with one "/", or be an absolute http or https URL');
  const [path = '', ...query] = (rest ?? given).split('?');
  // Texts and names take turns.
  const [head = '', ...parts] = path.split(PLACEHOLDER);
  const holes: Hole[] = [];
  for (let at = 0; at < parts.length; at += 2)
    holes.push({ name: parts[at] ?? '', rest: parts[at + 1] ?? '' });
  return { origin, head, holes, query: query.join('?'), label: labelOf(given) };
};

// Any key may be asked for; what is there is still unknown.
const memberOf = (params: object, key: string): unknown => (params as Record<string, unknown>)[key];

const segmentOf = (name: string, params: object): string => {
  if (!Object.hasOwn(params, name)) throw new TypeError(`path parameter "${name}" is missing in "params"`);
  const encoded = encode('path parameter', name, memberOf(params, name));
  if (encoded === '') throw new TypeError(`path parameter "${name}" must not be empty`);
  return encoded;
};

const refuseUnused = (holes: readonly Hole[], params: object): void => {
  for (const key of Object.keys(params)) {
    if (holes.some(({ name }) => name === key) || memberOf(params, key) === undefined) continue;
    throw new TypeError(`path parameter ${describeValue(key)} has no segment of its name in the path`);
  }
};

/**
 * The path with its values, each encoded.
 *
 * @throws TypeError for a value that is missing, cannot be meant or has no segment, and for segments that the URL parser,
 *   or a server, would take for a step to somewhere else
 */
export const fillIn = ({ head, holes }: PathTemplate, params: object | undefined): string => {
  let path = head;
  for (const { name, rest } of holes) path += `/${segmentOf(name, params ?? {})}${rest}`;
  if (params !== undefined) refuseUnused(holes, params);
  if (STEP.test(path)) throw new TypeError('the path must not have an empty, "." or ".." segment');
  return path;
};
