import { foreignFault, isBreakwaterError, isBusinessError, statusCode } from '../errors/index.ts';
import { readSafely } from '../kernel/index.ts';

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

/** What the language throws where the program is wrong. Other libraries' failures by these names are recognised first. */
const BUGS: ReadonlySet<unknown> = new Set(['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError']);

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
  const name = readSafely(error, 'name');
  if (name === 'AbortError') return { kind: 'failure', code: 'aborted', retryAfterMs: undefined };
  return { kind: BUGS.has(name) ? 'bug' : 'failure', code: UNEXPECTED, retryAfterMs: undefined };
};
