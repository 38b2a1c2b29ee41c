import { signalLike, tryGetContext } from '../context/index.ts';
import { verdictOf } from '../errors/index.ts';
import { describeValue, linkSignals, object, raceSignal, readOptions } from '../kernel/index.ts';

/** What a part gives: a promise, or a function that starts one. */
export type PartValue<P> = P extends () => infer Given ? Awaited<Given> : Awaited<P>;

/** Parts that can be started: each function is called without arguments. */
export type StartableParts<Parts> = Parts extends readonly unknown[] | PromiseLike<unknown>
  ? never
  : {
      readonly [Name in keyof Parts]: Parts[Name] extends (...args: never) => unknown
        ? () => unknown
        : unknown;
    };

/** A part that is missing, and why. Frozen. */
export interface MissingPart<Name extends string = string> {
  readonly name: Name;
  /** Code of its failure, as an answer would have it: `circuit-open`, `dependency-timeout`, `internal-server-error`. */
  readonly code: string;
  /** When to ask for it again, in milliseconds; left out where nothing is known. */
  readonly retryAfterMs?: number;
  /** What it failed with, for the log. Not enumerable: an answer that lists what is missing does not show it. */
  readonly error: unknown;
}

/** An answer of parts. Frozen. */
export interface PartialAnswer<Parts extends object, Required extends keyof Parts = never> {
  /** The parts that are there. */
  readonly parts: { readonly [Name in Required]: PartValue<Parts[Name]> } & {
    readonly [Name in Exclude<keyof Parts, Required>]?: PartValue<Parts[Name]>;
  };
  /** The others, in the order in which they were given. */
  readonly missing: readonly MissingPart<keyof Parts & string>[];
}

/** Options of `settle()`. */
export interface SettleOptions<Name> {
  /** Parts without which there is no answer: what one of them fails with is thrown. @default none */
  readonly required?: readonly Name[] | undefined;
  /** Ends the waiting, as the signal of the request being served does. */
  readonly signal?: AbortSignal | undefined;
}

type Ended =
  | { readonly name: string; readonly value: unknown }
  | { readonly name: string; readonly error: unknown };

/** The end of a part, which never rejects. */
const endOf = async (name: string, part: () => unknown): Promise<Ended> => {
  try {
    return { name, value: await part() };
  } catch (error) {
    return { name, error };
  }
};

/** Reads a part, and listens to one that is under way. What comes back starts one that is not, and tells its end. */
const readPart = (parts: object, name: string): (() => Promise<Ended>) => {
  let part: unknown;
  try {
    part = Reflect.get(parts, name);
  } catch (error) {
    return async () => ({ name, error });
  }
  if (typeof part === 'function') return () => endOf(name, () => part());
  const end = endOf(name, () => part);
  return () => end;
};

const missingPart = (name: string, error: unknown): MissingPart => {
  const { code, retryAfterMs } = verdictOf(error);
  const shown = retryAfterMs === undefined ? { name, code } : { name, code, retryAfterMs };
  return Object.freeze(Object.defineProperty({ ...shown, error }, 'error', { enumerable: false }));
};

const NONE: SettleOptions<string> = Object.freeze({});
const checks = {
  required: { expects: 'a list of names', type: Array.isArray },
  signal: signalLike,
};

const readSettle = (given: unknown, names: readonly string[]) => {
  const { required = [], signal } = readOptions<SettleOptions<string>>(
    { where: 'settle' },
    given,
    NONE,
    checks,
  );
  const unknown = required.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`settle: option "required" names no part: ${describeValue(unknown)}`);
  return { required: new Set<string>(required), signal };
};

const waitFor = async (starts: readonly (() => Promise<Ended>)[], given: AbortSignal | undefined) => {
  const link = linkSignals(tryGetContext()?.signal, given);
  try {
    link.signal.throwIfAborted();
    return await raceSignal(Promise.all(starts.map((start) => start())), link.signal);
  } finally {
    link.dispose();
  }
};

/**
 * Waits for several parts of an answer at once, and tells which of them are missing and why. Missing are parts that failed
 * as a fallback would stand in for: technical and rejected failures, and unknown errors. A business error is thrown, that
 * of the part listed first, once all parts have ended; so is a mistake of the program (a TypeError), which nobody else
 * would tell of. When the request's or the given signal aborts, its reason is thrown at once; where it has, no function is
 * started.
 *
 * @param parts promises, or functions that start them; values that are no promises are there already
 * @throws TypeError for parts that are no object, for an unknown or wrong option, and for a name in `required` that is none
 * of a part
 * @example
 * const { parts, missing } = await settle(
 *   { user: users.get('/users/7').json<User>(), reviews: () => findReviews('7') },
 *   { required: ['user'] },
 * );
 * res.json({ ...parts.user, reviews: parts.reviews ?? [], missing });
 */
export const settle = async <Parts extends object, const Required extends keyof Parts & string = never>(
  parts: Parts & StartableParts<Parts>,
  options: SettleOptions<Required> = {},
): Promise<PartialAnswer<Parts, Required>> => {
  if (!object.type(parts))
    throw new TypeError(`settle: the parts must be an object, but were ${describeValue(parts)}`);
  const names = Object.keys(parts);
  // All that is under way is listened to before anything else can fail: nothing becomes an unhandled rejection.
  const starts = names.map((name) => readPart(parts, name));
  const { required, signal } = readSettle(options, names);
  const there: [string, unknown][] = [];
  const missing: MissingPart[] = [];
  for (const end of await waitFor(starts, signal)) {
    if (!('error' in end)) there.push([end.name, end.value]);
    else if (required.has(end.name) || verdictOf(end.error).kind !== 'failure') throw end.error;
    else missing.push(missingPart(end.name, end.error));
  }
  const answer = { parts: Object.freeze(Object.fromEntries(there)), missing: Object.freeze(missing) };
  // Every part stands under its own name in one of the two, and a required one among those that are there.
  return Object.freeze(answer) as PartialAnswer<Parts, Required>;
};
