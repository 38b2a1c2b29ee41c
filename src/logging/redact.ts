import { isError, readSafely } from '../kernel/index.ts';
import { describeError } from './error-record.ts';
import { isSafe } from './safe.ts';
import { REDACTED, scrubLine, scrubText } from './text.ts';

/** Makes anything fit to print: no secrets, no cycles, no end in sight that is not reached. Never throws. */
export interface Redactor {
  /** A copy of any value. */
  value(given: unknown): unknown;
  /** A copy of the fields of a line; those in `skip` are left to their own serializers. */
  fields(given: object, skip?: ReadonlySet<string>): Record<string, unknown>;
}

/** Names whose values never stand in a line; the comparison ignores case. */
const SECRET_NAMES: readonly string[] = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
];
const SECRET_PATTERN = /token|secret|passw|api[-_]?key/i;

const MAX_DEPTH = 5;
/** Values that one line may hold, whatever their nesting. */
const MAX_VALUES = 5_000;

const TRUNCATED = '[Truncated]';
const CIRCULAR = '[Circular]';
const UNREADABLE = '[Unreadable]';

interface Walk {
  readonly ancestors: readonly object[];
  readonly budget: { left: number };
}

const startWalk = (): Walk => ({ ancestors: [], budget: { left: MAX_VALUES } });

/**
 * Redaction by the names of keys, at any depth that is printed.
 *
 * @param names further names of secrets, in whatever case
 */
export const createRedactor = (names: readonly string[]): Redactor => {
  const secrets = new Set([...SECRET_NAMES, ...names.map((name) => name.toLowerCase())]);
  const isSecret = (key: string): boolean => SECRET_PATTERN.test(key) || secrets.has(key.toLowerCase());

  const copyMember = (key: string, member: unknown, walk: Walk): unknown =>
    isSecret(key) && member !== undefined && member !== null ? REDACTED : copy(member, walk);

  const copyObject = (given: object, walk: Walk): unknown => {
    if (isSafe(given)) return given;
    if (isError(given)) return describeError(given);
    if (ArrayBuffer.isView(given)) return `[${given.byteLength} bytes]`;
    if (walk.ancestors.includes(given)) return CIRCULAR;
    if (walk.ancestors.length >= MAX_DEPTH) return TRUNCATED;
    const inside = { ...walk, ancestors: [...walk.ancestors, given] };
    const toJSON = readSafely(given, 'toJSON');
    if (typeof toJSON === 'function') return copy(Reflect.apply(toJSON, given, []), inside);
    if (Array.isArray(given)) return given.slice(0, MAX_VALUES).map((item) => copy(item, inside));
    return copyMembers(given, inside);
  };

  const copyMembers = (given: object, walk: Walk, skip?: ReadonlySet<string>): Record<string, unknown> => {
    // No prototype, so that a member named __proto__ is a member and nothing else.
    const result: Record<string, unknown> = Object.create(null);
    for (const key of Object.keys(given)) {
      if (walk.budget.left <= 0) break;
      const member = readSafely(given, key);
      result[scrubLine(key)] = skip?.has(key) ? member : copyMember(key, member, walk);
    }
    return result;
  };

  const copy = (given: unknown, walk: Walk): unknown => {
    walk.budget.left -= 1;
    if (walk.budget.left < 0) return TRUNCATED;
    switch (typeof given) {
      case 'string':
        return scrubText(given);
      case 'bigint':
        return String(given);
      case 'function':
      case 'symbol':
        return undefined;
      case 'object':
        return given === null ? null : tryCopy(() => copyObject(given, walk));
      default:
        return given;
    }
  };

  return {
    value: (given) => copy(given, startWalk()),
    fields: (given, skip) => {
      try {
        return copyMembers(given, startWalk(), skip);
      } catch {
        return { fields: UNREADABLE };
      }
    },
  };
};

/** Proxies may throw at any touch, and toJSON is somebody else's code. */
const tryCopy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch {
    return UNREADABLE;
  }
};
