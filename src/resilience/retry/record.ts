import { type Attempt, isUpstreamError } from '../../errors/index.ts';
import { readSafely } from '../../kernel/index.ts';
import type { Call } from '../../policy/index.ts';
import { abortOf } from '../stack-call.ts';
import { isTimeUp } from '../timeout/index.ts';

const MAX_WORD = 64;

const word = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, MAX_WORD) : undefined;

/** Code and reason of a failed attempt, in words that are short whatever was thrown. */
export const describeFailure = (error: unknown, call: Call): Pick<Attempt, 'code' | 'reason'> => {
  const signal = abortOf(call);
  if (signal.aborted && signal.reason === error && !isTimeUp(error))
    return { code: 'client-closed', reason: 'aborted' };
  const name = word(readSafely(error, 'name'));
  const reason = isUpstreamError(error) ? word(error.reason) : name;
  return { code: word(readSafely(error, 'code')) ?? 'unknown', reason: reason ?? 'unknown' };
};
