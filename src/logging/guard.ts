import type { LogFn, Logger } from 'pino';
import { faultSummary } from '../errors/index.ts';
import { describeValue, isError, readSafely, toError } from '../kernel/index.ts';
import { type Redactor, scrubLine } from '../redaction/index.ts';

/** pino's hook around each call of a level's method. */
export type LogMethodHook = (this: Logger, args: Parameters<LogFn>, method: LogFn, level: number) => void;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const messageIn = (args: readonly unknown[]): string => {
  const message = args.find((arg) => typeof arg === 'string');
  return message === undefined ? 'A log line could not be written as it was given' : String(message);
};

/** What is interpolated into a message is redacted like a field. */
const cleanRest = ([first, ...rest]: readonly unknown[], redactor: Redactor): readonly unknown[] => [
  first,
  ...rest.map((each) => (isObject(each) ? redactor.value(each) : each)),
];

/** Without a message pino takes that of the error, and those of validation libraries quote what was submitted. */
const withMessage = (args: readonly unknown[], errorKey: string): readonly unknown[] => {
  const summary = args.length === 1 ? faultSummary(readSafely(args[0], errorKey)) : undefined;
  return summary === undefined ? args : [args[0], summary];
};

/**
 * Keeps a logger from throwing: getters, proxies and serializers of what is logged are somebody else's code. The second
 * try is with a copy that is safe; if even that fails it is the stream, and the process is warned.
 */
export const guardLogMethod = (
  own: LogMethodHook | undefined,
  redactor: Redactor,
  errorKey: string,
): LogMethodHook => {
  let warned = false;
  const warn = (thrown: unknown): void => {
    if (warned) return;
    warned = true;
    const message = scrubLine(String(readSafely(toError(thrown), 'message') ?? describeValue(thrown)));
    process.emitWarning(`A log line could not be written (told once): ${message}`, {
      code: 'BREAKWATER_LOG',
    });
  };

  return function guardedLogMethod(args, method, level) {
    const clean = cleanRest(args, redactor);
    try {
      // Errors of another realm are no Error to pino, and would print as an empty object.
      const [first, ...rest] = clean;
      const given = withMessage(isError(first) ? [{ [errorKey]: first }, ...rest] : clean, errorKey);
      if (own === undefined) Reflect.apply(method, this, given);
      else Reflect.apply(own, this, [given, method, level]);
    } catch {
      try {
        const fields = redactor.value(args[0]);
        Reflect.apply(method, this, [isObject(fields) ? fields : {}, messageIn(args)]);
      } catch (thrown) {
        warn(thrown);
      }
    }
  };
};
