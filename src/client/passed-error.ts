import {
  BusinessError,
  isReserved,
  type ProblemBody,
  TechnicalError,
  type UpstreamResponseError,
} from '../errors/index.ts';
import { arrayOf, type OptionsSite, readOptions, rejectOption, text } from '../kernel/index.ts';

/** Members of an upstream's problem document that are handed on besides status, code, title, `retryable` and Retry-After. */
export interface PassedMembers {
  /** Names of extensions, or `detail`. Members that our own answer writes cannot be among them. */
  readonly pass: readonly string[];
}

/** Hands on no members. */
export const PASS: PassedMembers = Object.freeze({ pass: Object.freeze([]) });

const CODE = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const MAX_CODE = 64;
const MAX_TITLE = 120;
/** Longest member that is handed on, in characters of JSON. */
const MAX_MEMBER = 2_000;
// Line breaks and the like: texts go into answers and log lines.
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;

/**
 * Copies and checks an entry that passes members on.
 *
 * @throws TypeError or RangeError for a bad one
 */
export const readPassed = (site: OptionsSite, given: object): PassedMembers => {
  const names = arrayOf(text);
  const { pass } = readOptions<Partial<PassedMembers>>(site, given, {}, { pass: names });
  if (pass === undefined) return rejectOption(site, 'pass', names.expects, pass, TypeError);
  for (const name of pass) {
    if (name !== 'detail' && isReserved(name))
      rejectOption(site, 'pass', 'a list of members that our own answer does not write', name);
  }
  return Object.freeze({ pass: Object.freeze([...pass]) });
};

// RFC 9457 §4.2.1: a problem that is no more than its status.
const NO_TYPE = /^about:/i;
const AUTHORITY = /^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i;

/** The last name in a type: in its fragment if it has one, else in its path. */
const lastSegment = (type: string): string | undefined => {
  if (NO_TYPE.test(type)) return undefined;
  const [path = '', fragment = ''] = type.replace(AUTHORITY, '').split('#', 2);
  const [names = ''] = (fragment || path).split('?', 1);
  return names.split(/[/:]/).findLast((each) => each !== '');
};

// A number names a status, which an upstream's text must not be taken for.
const isCode = (value: unknown): value is string => typeof value === 'string' && !/^\d*$/.test(value);

/** What a problem document may be known by: its type, its code and the end of its type. */
export const codesOf = (problem: ProblemBody | undefined): readonly string[] => {
  const { code, type } = problem ?? {};
  return [type, code, type === undefined ? undefined : lastSegment(type)].filter(isCode);
};

class PassedBusinessError extends BusinessError {
  static {
    Object.defineProperty(PassedBusinessError.prototype, 'name', { value: 'PassedBusinessError' });
  }
}

class PassedTechnicalError extends TechnicalError {
  static {
    Object.defineProperty(PassedTechnicalError.prototype, 'name', { value: 'PassedTechnicalError' });
  }
}

const line = (value: string | undefined): string | undefined => value?.replace(CONTROLS, ' ').trim();

const isShort = (value: unknown): boolean => {
  try {
    return JSON.stringify(value).length <= MAX_MEMBER;
  } catch {
    // Nested deeper than the stack reaches.
    return false;
  }
};

/** The listed extensions. They came as JSON, so they are plain; one that is too long is left out. */
const extensionsOf = (problem: ProblemBody, names: readonly string[]): Record<string, unknown> => {
  const own = names.filter((name) => name !== 'detail' && Object.hasOwn(problem, name));
  const members = own.map((name) => [name, problem[name]] as const);
  return Object.fromEntries(members.filter(([, value]) => isShort(value)));
};

// What proxies log where their own client left: no status that goes over the wire.
const CLIENT_CLOSED = 499;

/**
 * The upstream's own error as ours: of its document nothing but the title, which belongs to the type, and what is listed.
 * `undefined` where its status cannot be ours.
 */
export const passed = (upstream: UpstreamResponseError, { pass }: PassedMembers): Error | undefined => {
  const { problem = {}, retryAfterMs, retryable } = upstream;
  // Only answers of 400 to 599 are mapped.
  const status = upstream.upstreamStatus ?? 502;
  if (status === CLIENT_CLOSED) return undefined;
  const code = codesOf(problem).find((each) => each.length <= MAX_CODE && CODE.test(each));
  const title = code === undefined ? undefined : line(problem.title)?.slice(0, MAX_TITLE);
  const definition = code === undefined ? { status } : { status, code, ...(title ? { title } : {}) };
  const publicDetail = pass.includes('detail') ? line(problem.detail)?.slice(0, MAX_MEMBER) : undefined;
  const extensions = extensionsOf(problem, pass);
  const options = { cause: upstream, retryAfterMs, retryable, publicDetail, extensions };
  return status < 500
    ? new PassedBusinessError(definition, undefined, options)
    : new PassedTechnicalError(definition, undefined, options);
};
