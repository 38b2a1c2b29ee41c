import { readSafely } from '../kernel/index.ts';
import { isBreakwaterError } from './base.ts';
import { isBusinessError } from './branches.ts';
import { foreignFault, isMistake } from './foreign/index.ts';
import { statusCode } from './status.ts';

/** What a failure comes to. */
export interface Verdict {
  /**
   * `business`: its caller can act on it. `bug`: a mistake in the program, which says nothing of a dependency. `failure`:
   * everything else.
   */
  readonly kind: 'business' | 'bug' | 'failure';
  /** The code that an answer to it would have: short, and public. */
  readonly code: string;
  /** When to try again, in milliseconds, where it is known. */
  readonly retryAfterMs: number | undefined;
}

const UNEXPECTED = statusCode(500);

/** What an error comes to: one of ours, or one that is recognised by its structure, at its word. */
export const verdictOf = (error: unknown): Verdict => {
  if (isBreakwaterError(error)) {
    const { code, retryAfterMs } = error;
    return { kind: isBusinessError(error) ? 'business' : 'failure', code, retryAfterMs };
  }
  const fault = foreignFault(error);
  if (fault !== undefined) {
    const { status, code = statusCode(status), retryAfterMs } = fault;
    return { kind: status < 500 ? 'business' : 'failure', code, retryAfterMs };
  }
  if (readSafely(error, 'name') === 'AbortError')
    return { kind: 'failure', code: 'aborted', retryAfterMs: undefined };
  return { kind: isMistake(error) ? 'bug' : 'failure', code: UNEXPECTED, retryAfterMs: undefined };
};

/** Whether a caller can act on an error: a business error of ours, or what other libraries say 4xx by. */
export const isBusiness = (error: unknown): boolean => {
  if (isBreakwaterError(error)) return isBusinessError(error);
  const fault = foreignFault(error);
  return fault !== undefined && fault.status < 500;
};
