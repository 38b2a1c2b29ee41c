import { type Attempt, isBusiness, type StopReason } from '../../errors/index.ts';
import type { AttemptFailed, EventHub } from '../../events/index.ts';
import { type Clock, readSafely } from '../../kernel/index.ts';
import type { Call } from '../../policy/index.ts';
import { abortOf } from '../stack-call.ts';
import { isTimeUp } from '../timeout/index.ts';

/** Who is told, and what is no failure worth telling. */
interface Telling {
  readonly events: EventHub | undefined;
  readonly clock: Clock;
  readonly rules: { readonly isExpected?: ((error: unknown) => boolean) | undefined };
}

interface TargetRules<Req> {
  targetOf?(request: Req): Pick<AttemptFailed, 'method' | 'address'>;
}

/** Whether an error says nothing of the dependency: its caller left, or it is an answer. */
const isNoFailure = (call: Call, error: unknown): boolean => {
  const signal = abortOf(call);
  return (signal.aborted && !isTimeUp(signal.reason)) || isBusiness(error);
};

/**
 * Tells of a failed attempt.
 *
 * @param nextWaitMs before the next one, `undefined` if there is none
 */
export const tellAttempt = <Req>(
  { events, rules }: Telling & { readonly rules: TargetRules<Req> },
  failed: {
    readonly request: Req;
    readonly call: Call;
    readonly error: unknown;
    readonly attempt: Attempt;
    readonly plan: { readonly maxRetries: number };
  },
  nextWaitMs: number | undefined,
): void => {
  const { request, call, error, attempt, plan } = failed;
  // What is asked of the error costs more than all the rest.
  if (!events?.wants('attempt.failed') || isNoFailure(call, error)) return;
  if (nextWaitMs === undefined && rules.isExpected?.(error)) return;
  const maxAttempts = plan.maxRetries + 1;
  const target = rules.targetOf?.(request);
  const event = { dependency: call.name, ...target, attempt, maxAttempts, nextWaitMs, error };
  events.publish('attempt.failed', Object.freeze(event));
};

/** Tells of a call that failed although it was retried, or that was not as the budget is empty. */
export const tellSpent = (
  { events, clock, rules }: Telling,
  call: Call,
  ended: {
    readonly error: unknown;
    readonly attempts: number;
    readonly stopped: StopReason;
    readonly beganAt: number;
  },
): void => {
  const { error, attempts, stopped, beganAt } = ended;
  if (attempts < 2 && stopped !== 'budget') return;
  if (!events?.wants('retries.spent') || isNoFailure(call, error) || rules.isExpected?.(error)) return;
  const code = readSafely(error, 'code');
  const event = {
    dependency: call.name,
    attempts,
    stopped,
    durationMs: clock.now() - beganAt,
    code: typeof code === 'string' ? code : undefined,
    error,
  };
  events.publish('retries.spent', Object.freeze(event));
};
