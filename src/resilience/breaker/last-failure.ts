import { readSafely } from '../../kernel/index.ts';
import { scrubText } from '../../redaction/index.ts';
import type { LastError } from './handle.ts';

const MAX_TEXT = 300;
const MAX_WORD = 64;

const text = (value: unknown, max: number): string | undefined =>
  typeof value === 'string' && value !== '' ? scrubText(value, max).slice(0, max) : undefined;

/** A failure as it is kept: the copy is the cause of refusals and holds nothing of the request that failed. */
export interface LastFailure {
  /** For the log. */
  readonly copy: Error;
  /** For snapshots. */
  readonly summary: LastError;
}

/** Copies name, message and code of an error, bounded, without the secrets that are known by their form, without its stack, its cause and its other properties. */
export const copyFailure = (error: unknown): LastFailure => {
  const summary = Object.freeze({
    name: text(readSafely(error, 'name'), MAX_WORD) ?? 'Error',
    message: text(readSafely(error, 'message'), MAX_TEXT) ?? '',
    code: text(readSafely(error, 'code'), MAX_WORD),
  });
  const { stackTraceLimit } = Error;
  // Reflect answers false where Error is frozen: the copy has a stack then.
  Reflect.set(Error, 'stackTraceLimit', 0);
  const copy = Object.assign(new Error(summary.message), {
    name: summary.name,
    ...(summary.code === undefined ? {} : { code: summary.code }),
  });
  Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  return { copy, summary };
};
