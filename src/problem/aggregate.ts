import { isError, readSafely, toError } from '../kernel/index.ts';
import type { ProblemAnswer } from './answer.ts';
import { plainMembers } from './document.ts';
import type { Report } from './report.ts';

/** Aggregates within aggregates are followed this far. */
const MAX_DEPTH = 8;
/** An aggregate of more errors is not looked at; aggregates within it count as well. */
const MAX_MEMBERS = 1_000;
/** As many items `errors` has at most. */
const MAX_ITEMS = 100;

/** What is answered to one error, or nothing if nobody knows it. */
export type AnswerOne = (error: Error) => ProblemAnswer | undefined;

/** Whether it is an AggregateError of the app's; those with a code are Node's own, of connection attempts. */
const isAggregate = (error: unknown): error is Error =>
  isError(error) && readSafely(error, 'name') === 'AggregateError' && readSafely(error, 'code') === undefined;

/** How many members it says it has; nothing if it is no list. Never throws. */
const lengthOf = (list: unknown): number | undefined => {
  const length = typeof list === 'object' ? readSafely(list, 'length') : undefined;
  // What a proxy says may be no number of things, and would upset the count.
  return typeof length === 'number' && Number.isSafeInteger(length) && length >= 0 ? length : undefined;
};

/** The errors that are no aggregates, in their order; nothing if they are too many, too deep or in a circle. */
const leavesOf = (aggregate: Error): readonly Error[] | undefined => {
  const leaves: Error[] = [];
  let left = MAX_MEMBERS;
  const collect = (error: Error, depth: number): boolean => {
    if (!isAggregate(error)) return leaves.push(error) > 0;
    // A circle ends here too.
    if (depth >= MAX_DEPTH) return false;
    const members = readSafely(error, 'errors');
    const length = lengthOf(members);
    if (length === undefined || length > left) return false;
    left -= length;
    // By index: iterators of a proxy may throw, or never come to an end.
    for (let index = 0; index < length; index += 1)
      if (!collect(toError(readSafely(members, index)), depth + 1)) return false;
    return true;
  };
  return collect(aggregate, 0) ? leaves : undefined;
};

type Item = Readonly<Record<string, unknown>>;

/** What one member says: the faults that it lists, or itself. */
const itemsOf = ({ title, detail, extensions }: ProblemAnswer, report: Report): readonly Item[] => {
  const { errors, ...rest } = plainMembers(extensions, report);
  if (Array.isArray(errors)) return errors;
  return [{ ...rest, detail: detail ?? title }];
};

const isRetryAfter = ([name, value]: readonly [string, string]): boolean =>
  name.toLowerCase() === 'retry-after' && /^\d+$/.test(value);

/** The headers of the first, and the longest wait that any of them asks for. */
const headersOf = (answers: readonly ProblemAnswer[]): Readonly<Record<string, string>> => {
  const waits = answers
    .flatMap(({ headers }) => Object.entries(headers).filter(isRetryAfter))
    .map(([, value]) => Number(value));
  const headers = { ...answers[0]?.headers };
  return waits.length > 0 ? { ...headers, 'Retry-After': String(Math.max(...waits)) } : headers;
};

/**
 * The answer to several errors at once: that of its members if all of them have the same status and code, with what each
 * says in `errors`. Problems of different kinds are no problem document (RFC 9457 §3).
 */
export const aggregateAnswer = (
  error: Error,
  answerOne: AnswerOne,
  report: Report,
): ProblemAnswer | undefined => {
  if (!isAggregate(error)) return undefined;
  const answers = leavesOf(error)?.map(answerOne) ?? [];
  const [first] = answers;
  if (first === undefined) return undefined;
  const alike = answers.filter((answer) => answer?.status === first.status && answer.code === first.code);
  if (alike.length < answers.length) return undefined;
  const known = alike.filter((answer) => answer !== undefined);
  const errors = known.flatMap((answer) => itemsOf(answer, report)).slice(0, MAX_ITEMS);
  return { ...first, detail: undefined, extensions: { errors }, headers: headersOf(known) };
};
