import { faultSummary, isBusinessError } from '../errors/index.ts';
import { describeValue, isError, readSafely } from '../kernel/index.ts';
import { markSafe } from './safe.ts';
import { REDACTED, scrubLine, scrubWord } from './text.ts';

/** An error as it stands in a log line. */
export interface ErrorRecord {
  /** Name of the error's class. */
  readonly type: string;
  readonly message: string;
  readonly code?: string | number | undefined;
  readonly status?: number | undefined;
  /** Name of the dependency that failed, for errors of outbound calls. */
  readonly dependency?: string | undefined;
  /** What went wrong there, in one word. */
  readonly reason?: string | undefined;
  readonly stack?: string | undefined;
  readonly cause?: ErrorRecord | undefined;
  /** The errors of an AggregateError. */
  readonly errors?: readonly ErrorRecord[] | undefined;
}

/** How an error is described. */
export interface DescribeErrorOptions {
  /** Whether stacks are wanted, of causes too. @default false for business errors, true for all others */
  readonly stack?: boolean | undefined;
  /** Secrets that the app may have written into its texts: they are cut out of all of them. @default [] */
  readonly secrets?: readonly string[] | undefined;
}

const MAX_MESSAGE_LENGTH = 2_000;
const MAX_STACK_LENGTH = 8_000;
const MAX_WORD_LENGTH = 128;
const MAX_DEPTH = 8;
/** Causes and members together, so that nested AggregateErrors do not multiply. */
const MAX_ERRORS = 20;
/** Characters of all messages and stacks together; what comes last is cut first. */
const MAX_CHARACTERS = 32_768;
/** A stack shorter than this says nothing. */
const MIN_STACK_LENGTH = 200;

/** Reads a text of an error, without the secrets that are known. */
type ReadText = (error: unknown, key: string) => string | undefined;

const textReader =
  (secrets: readonly string[]): ReadText =>
  (error, key) => {
    const value = readSafely(error, key);
    if (typeof value !== 'string') return undefined;
    return secrets.reduce((text, secret) => text.replaceAll(secret, REDACTED), value);
  };

const readWord = (read: ReadText, error: unknown, key: string): string | undefined => {
  const value = read(error, key);
  return value ? scrubWord(value, MAX_WORD_LENGTH) : undefined;
};

const readNumber = (error: unknown, key: string): number | undefined => {
  const value = readSafely(error, key);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};

const readStack = (
  read: ReadText,
  error: unknown,
  name: string,
  summary: string | undefined,
  limit: number,
): string | undefined => {
  const given = read(error, 'stack');
  if (given === undefined || limit < MIN_STACK_LENGTH) return undefined;
  const stack = given.trimEnd();
  const frames = framesOf(stack, read(error, 'message') ?? '');
  const head = summary === undefined ? headOf(stack, frames) : `${name}: ${summary}`;
  // Line by line: what is not ours to break stands on one.
  const text = [scrubLine(head, limit), ...frames.map((frame) => scrubLine(frame, limit))].join('\n');
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
};

/** What stands before the frames: name and message, with line breaks of the message's own. */
const headOf = (stack: string, frames: readonly string[]): string =>
  frames.length === 0 ? stack : stack.slice(0, -frames.join('\n').length - 1);

/** Characters of the messages and stacks of a record. */
export const sizeOf = ({ message, stack = '', cause, errors = [] }: ErrorRecord): number =>
  [...errors, ...(cause ? [cause] : [])].reduce(
    (size, each) => size + sizeOf(each),
    message.length + stack.length,
  );

const FRAME = /^ {4}at \S/;

/** The frames of a stack: the lines at its end, after the message where that still is the one that the stack was made with. */
const framesOf = (stack: string, message: string): readonly string[] => {
  const start = message === '' ? -1 : stack.indexOf(message);
  const lines = (start < 0 ? stack : stack.slice(start + message.length)).split('\n');
  const last = lines.findLastIndex((line) => !FRAME.test(line));
  return lines.slice(last + 1);
};

const membersOf = (error: unknown): readonly unknown[] => {
  if (readSafely(error, 'name') !== 'AggregateError') return [];
  const errors = readSafely(error, 'errors');
  const length = typeof errors === 'object' ? readSafely(errors, 'length') : undefined;
  if (typeof length !== 'number' || !(length > 0)) return [];
  // By index: methods and iterators of a proxy may throw, or never come to an end.
  return Array.from({ length: Math.min(length, MAX_ERRORS) }, (_, index) => readSafely(errors, index));
};

/**
 * Describes an error by an allow-list of its properties, causes and members included. What HTTP clients hang onto their
 * errors (`config`, `request`, `response`, `body`) never gets in. Never throws, however hostile the error is.
 */
export const describeError = (error: unknown, options: DescribeErrorOptions = {}): ErrorRecord => {
  const withStack = options.stack ?? !isBusinessError(error);
  const read = textReader(options.secrets ?? []);
  const seen: unknown[] = [];
  let left = MAX_CHARACTERS;

  const describe = (each: unknown, depth: number): ErrorRecord | undefined => {
    if (depth > MAX_DEPTH || seen.length >= MAX_ERRORS || seen.includes(each)) return undefined;
    seen.push(each);
    // Libraries that validate quote in their own words what was submitted.
    const summary = faultSummary(each);
    if (!isError(each)) return { type: typeof each, message: scrubLine(summary ?? describeValue(each)) };
    const type = readWord(read, each, 'name') ?? 'Error';
    const message = scrubLine(summary ?? read(each, 'message') ?? '', Math.min(MAX_MESSAGE_LENGTH, left));
    left = Math.max(0, left - message.length);
    const stack = withStack
      ? readStack(read, each, type, summary, Math.min(MAX_STACK_LENGTH, left))
      : undefined;
    left = Math.max(0, left - (stack?.length ?? 0));
    const cause = readSafely(each, 'cause');
    const errors = membersOf(each).flatMap((member) => describe(member, depth + 1) ?? []);
    return compact({
      type,
      message,
      code: readWord(read, each, 'code') ?? readNumber(each, 'code'),
      status: readNumber(each, 'status'),
      dependency: readWord(read, each, 'dependency'),
      reason: readWord(read, each, 'reason'),
      stack,
      cause: cause === undefined || cause === null ? undefined : describe(cause, depth + 1),
      errors: errors.length > 0 ? errors : undefined,
    });
  };

  // At the first step nothing has been seen, so there is always a description.
  return markSafe(describe(error, 1) as ErrorRecord);
};

/** Without the members that are undefined. */
const compact = (record: { readonly [K in keyof ErrorRecord]: ErrorRecord[K] | undefined }): ErrorRecord => {
  const given: Readonly<Record<string, unknown>> = record;
  const compacted: Record<string, unknown> = {};
  for (const name of Object.keys(given)) if (given[name] !== undefined) compacted[name] = given[name];
  // `type` and `message` are always given.
  return compacted as unknown as ErrorRecord;
};
