import { isArray, isError, readSafely } from '../kernel/index.ts';
import { describeError, sizeOf } from './error-record.ts';
import { isMessage, messageFields } from './request-fields.ts';
import { isSafe } from './safe.ts';
import { isSecretName } from './secret-names.ts';
import { MAX_TEXT_LENGTH, REDACTED, scrubLine, scrubWord } from './text.ts';

/** Makes anything fit to print: no secrets, no cycles, no end in sight that is not reached. Never throws. */
export interface Redactor {
  /** A copy of any value. */
  value(given: unknown): unknown;
  /** A copy of the fields of a line; what is no object of fields stands in one, see `asFields`. */
  fields: CopyFields;
  /** Copies fields, some of which are not simply copied. */
  fieldsExcept(except: FieldExceptions): CopyFields;
}

/**
 * Copies the fields of a line.
 *
 * @param into what they are written into, and is returned
 * @param clean an object whose texts were made fit to print already, as far as the exceptions name them
 */
export type CopyFields = (
  given: unknown,
  into?: Record<string, unknown>,
  clean?: object,
) => Record<string, unknown>;

/** Fields of a line that are not simply copied. */
export interface FieldExceptions {
  /** Names whose values are left to serializers of their own. */
  readonly untouched: ReadonlySet<string>;
  /** Names that are left out. */
  readonly dropped: ReadonlySet<string>;
  /** Names of texts that may be clean. */
  readonly clean?: ReadonlySet<string> | undefined;
}

const NONE: ReadonlySet<string> = new Set();
const NO_EXCEPTIONS: FieldExceptions = Object.freeze({ untouched: NONE, dropped: NONE });

/** Whether an object has exactly that text there. */
const isIn = (clean: object | undefined, name: string, text: string): boolean =>
  clean !== undefined && readSafely(clean, name) === text;

const MAX_DEPTH = 5;
const MAX_KEY_LENGTH = 256;
/** Names of keys that are judged once; a service logs the same few for ever. */
const MAX_JUDGED_KEYS = 1_000;
/** Values that one line may hold, whatever their nesting. */
export const MAX_VALUES = 5_000;
/** Characters of all texts that one walk copies. */
const MAX_CHARACTERS = 32_768;

/** Members by which a header, a parameter or a failed check is named whose `value` stands beside. */
const NAMING = ['name', 'key', 'header', 'field', 'path', 'param'] as const;
/** Members whose texts mostly come from the code of an app: there are few of them. */
const WORDS: ReadonlySet<string> = new Set(['code', 'route', 'type', 'dependency', 'reason']);
/** What could be the name of a header or a field, and is no text. */
const NAME = /^[\w.-]{1,128}$/;

const TRUNCATED = '[Truncated]';
const CIRCULAR = '[Circular]';
const UNREADABLE = '[Unreadable]';

/** Everything that is known of a member by its key. */
interface JudgedKey {
  readonly name: string;
  readonly secret: boolean;
  readonly untouched: boolean;
  readonly dropped: boolean;
  readonly mayBeClean: boolean;
  readonly scrub: typeof scrubLine;
}

type Judge = (key: string) => JudgedKey;

/** Judges each key once: a line has many members, and a service writes the same few lines for ever. */
const createJudge = (
  isSecret: (name: string) => boolean,
  { untouched, dropped, clean = NONE }: FieldExceptions,
): Judge => {
  const judged = new Map<string, JudgedKey>();
  return (key) => {
    const known = judged.get(key);
    if (known !== undefined) return known;
    const fresh = {
      name: scrubLine(key, MAX_KEY_LENGTH),
      // A flat field such as `user.iban` is a path: each of its names counts.
      secret: isSecret(key) || (key.includes('.') && key.split('.').some(isSecret)),
      untouched: untouched.has(key),
      // It would set the prototype of the copy.
      dropped: key === '__proto__' || dropped.has(key),
      mayBeClean: clean.has(key),
      scrub: WORDS.has(key) ? scrubWord : scrubLine,
    };
    if (judged.size < MAX_JUDGED_KEYS && key.length <= MAX_KEY_LENGTH) judged.set(key, fresh);
    return fresh;
  };
};

interface Walk {
  readonly ancestors: readonly object[];
  readonly budget: { left: number; characters: number };
}

const startWalk = (): Walk => ({
  ancestors: [],
  budget: { left: MAX_VALUES, characters: MAX_CHARACTERS },
});

/** A text as far as the line has room for it. */
const copyText = (given: string, { budget }: Walk, scrub = scrubLine): string => {
  if (budget.characters <= 0) return TRUNCATED;
  const text = scrub(given, Math.min(MAX_TEXT_LENGTH, budget.characters));
  budget.characters -= text.length;
  return text;
};

/** A text that was made fit to print already; it counts towards the line like every other. */
const takeClean = (text: string, walk: Walk): string => {
  walk.budget.left -= 1;
  if (text.length > walk.budget.characters) return copyText(text, walk);
  walk.budget.characters -= text.length;
  return text;
};

const copyError = (given: Error, { budget }: Walk): unknown => {
  if (budget.characters <= 0) return TRUNCATED;
  const record = describeError(given);
  budget.characters -= sizeOf(record);
  return record;
};

/**
 * A list, bytes or a text that were given in the place of fields stand under the name `value`: each of their items would be a
 * field.
 */
export const asFields = (given: unknown): object =>
  typeof given !== 'object' || given === null || isArray(given) || ArrayBuffer.isView(given)
    ? { value: given }
    : given;

/**
 * Redaction by the names of keys, at any depth that is printed.
 *
 * @param names further names of secrets, in whatever case
 */
export const createRedactor = (names: readonly string[]): Redactor => {
  const secrets = new Set(names.map((name) => name.toLowerCase()));
  const isSecret = (name: string): boolean => isSecretName(name) || secrets.has(name.toLowerCase());
  const judge = createJudge(isSecret, NO_EXCEPTIONS);

  const copyObject = (given: object, walk: Walk): unknown => {
    if (isSafe(given)) return given;
    if (isError(given)) return copyError(given, walk);
    if (ArrayBuffer.isView(given)) return `[${given.byteLength} bytes]`;
    if (isMessage(given)) return copyMembers(messageFields(given), walk, judge);
    if (walk.ancestors.includes(given)) return CIRCULAR;
    if (walk.ancestors.length >= MAX_DEPTH) return TRUNCATED;
    const inside = { ...walk, ancestors: [...walk.ancestors, given] };
    const toJSON = readSafely(given, 'toJSON');
    if (typeof toJSON === 'function') return copy(Reflect.apply(toJSON, given, []), inside);
    return isArray(given) ? copyItems(given, inside) : copyMembers(given, inside, judge);
  };

  const isNameOfSecret = (given: unknown): boolean =>
    typeof given === 'string' && NAME.test(given) && isSecret(given);

  /** Of lists of headers, `['authorization', 'x', …]` and `[['authorization', 'x'], …]`, the names alone. */
  const copyItems = (given: readonly unknown[], walk: Walk): readonly unknown[] =>
    given
      .slice(0, MAX_VALUES)
      .map((item, index, items) =>
        index % 2 === 1 && isNameOfSecret(items[index - 1]) ? REDACTED : copy(item, walk),
      );

  const isNamedSecret = (given: object): boolean =>
    NAMING.some((key) => isNameOfSecret(readSafely(given, key)));

  const copyMembers = (
    given: object,
    walk: Walk,
    judgeKey: Judge,
    result: Record<string, unknown> = {},
    clean?: object,
  ): Record<string, unknown> => {
    for (const key of Object.keys(given)) {
      if (walk.budget.left <= 0) break;
      const member = readSafely(given, key);
      // JSON has no such member, and an empty one would hide a field of the same name that is bound.
      if (member === undefined) continue;
      const { name, secret, dropped, untouched, mayBeClean, scrub } = judgeKey(key);
      if (dropped) continue;
      const isHidden = secret || (key === 'value' && isNamedSecret(given));
      const value = untouched
        ? member
        : !isHidden && mayBeClean && typeof member === 'string' && isIn(clean, key, member)
          ? takeClean(member, walk)
          : hide(isHidden, member, walk, scrub);
      if (value !== undefined) result[name] = value;
    }
    return result;
  };

  const hide = (isHidden: boolean, given: unknown, walk: Walk, scrub: typeof scrubLine): unknown =>
    isHidden && given !== null ? REDACTED : copy(given, walk, scrub);

  const copy = (given: unknown, walk: Walk, scrub = scrubLine): unknown => {
    walk.budget.left -= 1;
    if (walk.budget.left < 0) return TRUNCATED;
    switch (typeof given) {
      case 'string':
        return copyText(given, walk, scrub);
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

  const copyFields =
    (judgeKey: Judge): CopyFields =>
    (given, into = {}, clean) => {
      try {
        return copyMembers(asFields(given), startWalk(), judgeKey, into, clean);
      } catch {
        return Object.assign(into, { fields: UNREADABLE });
      }
    };

  return {
    value: (given) => copy(given, startWalk()),
    fields: copyFields(judge),
    fieldsExcept: (except) => copyFields(createJudge(isSecret, except)),
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
