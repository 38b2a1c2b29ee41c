import type { LogFn, Logger } from 'pino';
import { faultSummary } from '../errors/index.ts';
import { describeValue, isArray, isError, readSafely } from '../kernel/index.ts';
import { asFields, describeError, type Redactor, scrubLine } from '../redaction/index.ts';
import { warnOfLog } from './streams.ts';

/** pino's hook around each call of a level's method. */
export type LogMethodHook = (this: Logger, args: Parameters<LogFn>, method: LogFn, level: number) => void;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const messageIn = (args: readonly unknown[]): string => {
  const message = args.find((arg) => typeof arg === 'string');
  return message === undefined ? 'A log line could not be written as it was given' : String(message);
};

const ownTextOf = (given: object): string => {
  try {
    return scrubLine(String(given));
  } catch {
    return describeValue(given);
  }
};

const textOf = (given: object): string => {
  if (!isError(given)) return ownTextOf(given);
  // By its description: messages of validation libraries quote what was submitted.
  const { type, message } = describeError(given, { stack: false });
  return message === '' ? type : `${type}: ${message}`;
};

/** An object as a message takes it: a redacted copy, for `%o` and `%j`, that has the text of the object for `%s`. */
const interpolated = (given: object, redactor: Redactor): unknown => {
  const copy = redactor.value(given);
  // The items of a list are redacted, its text as a whole would not be.
  if (!isObject(copy) || isArray(copy)) return copy;
  return Object.defineProperty({ ...copy }, 'toString', { value: () => textOf(given) });
};

/** What is interpolated into a message is redacted like a field; a list or bytes are no object of fields. */
const clean = (args: readonly unknown[], redactor: Redactor): readonly unknown[] =>
  args.map((each, index) => {
    if (!isObject(each)) return each;
    return index === 0 ? asFields(each) : interpolated(each, redactor);
  });

/** Without a message pino takes that of the error, and those of validation libraries quote what was submitted. */
const withMessage = (args: readonly unknown[], errorKey: string): readonly unknown[] => {
  const summary = args.length === 1 ? faultSummary(readSafely(args[0], errorKey)) : undefined;
  return summary === undefined ? args : [args[0], summary];
};

/** Without the field that is named as the message is, where there is a message: it would stand in the line twice. */
const withoutField = (args: readonly unknown[], messageKey: string): readonly unknown[] => {
  const [first, message] = args;
  if (message === undefined || !isObject(first) || !Object.hasOwn(first, messageKey)) return args;
  const { [messageKey]: _field, ...fields } = Object(first);
  return [fields, ...args.slice(1)];
};

/** The keys under which a logger has errors and messages. */
export interface LogKeys {
  readonly errorKey: string;
  readonly messageKey: string;
}

/**
 * Keeps a logger from throwing: getters, proxies and serializers of what is logged are somebody else's code. The second
 * try is with a copy that is safe; if even that fails it is the stream, and the process is warned.
 */
export const guardLogMethod = (
  own: LogMethodHook | undefined,
  redactor: Redactor,
  { errorKey, messageKey }: LogKeys,
): LogMethodHook => {
  let warned = false;
  const warn = (thrown: unknown): void => {
    if (!warned) warnOfLog('A log line could not be written', thrown);
    warned = true;
  };

  return function guardedLogMethod(args, method, level) {
    try {
      const cleaned = clean(args, redactor);
      const [first] = cleaned;
      // Errors of another realm are no Error to pino, and would print as an empty object.
      const fields = isError(first)
        ? [{ [errorKey]: first }, ...cleaned.slice(1)]
        : withoutField(cleaned, messageKey);
      const given = withMessage(fields, errorKey);
      if (own === undefined) Reflect.apply(method, this, given);
      else Reflect.apply(own, this, [given, method, level]);
    } catch {
      try {
        const [first] = args;
        const fields = redactor.fields(isError(first) ? { [errorKey]: first } : isObject(first) ? first : {});
        Reflect.apply(method, this, withoutField([fields, messageIn(args)], messageKey));
      } catch (thrown) {
        warn(thrown);
      }
    }
  };
};
