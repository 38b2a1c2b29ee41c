import { readSafely } from '../../kernel/index.ts';
import type { ErrorRecord } from '../../redaction/index.ts';

/** The record of an error that redaction described; `undefined` for whatever else stands under `err`. */
export const asErrorRecord = (value: unknown): ErrorRecord | undefined => {
  if (typeof value === 'string') return { type: 'Error', message: value };
  const described =
    typeof readSafely(value, 'type') === 'string' && typeof readSafely(value, 'message') === 'string';
  // It has what every record of an error has, and redaction made it.
  return described ? (value as ErrorRecord) : undefined;
};

const headOf = (error: ErrorRecord): string => error.stack ?? `${error.type}: ${error.message}`;

/** Stacks of an error, its causes and its members as one text, for readers that know a single stack. */
export const wholeStack = (error: ErrorRecord): string | undefined => {
  const { stack, cause, errors = [] } = error;
  if (stack === undefined && cause === undefined && errors.length === 0) return undefined;
  const rest = [
    ...(cause === undefined ? [] : [`Caused by: ${wholeStack(cause) ?? headOf(cause)}`]),
    ...errors.map((each) => `Together with: ${wholeStack(each) ?? headOf(each)}`),
  ];
  return [headOf(error), ...rest].join('\n');
};
