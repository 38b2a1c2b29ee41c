import type { AttemptFailed } from '../../events/index.ts';
import type { Call, Settled } from '../../policy/index.ts';
import type { RetryBudget } from '../budget/index.ts';
import type { World } from '../parts.ts';
import type { RetryPlan, ShouldRetryArgs } from './options.ts';

/** What a retry policy asks of whoever knows its requests and answers. */
export interface RetryRules<Req, Res> {
  /** Whether an error is worth another attempt, where the plan's own `shouldRetry` does not say. @default unless it is permanent */
  shouldRetry?(args: ShouldRetryArgs & { readonly request: Req }): boolean;
  /**
   * What stands against doing it twice: that it is not known to do no harm, or that what was sent cannot be sent again.
   *
   * @default 'method' for a call that is not `repeatable`
   */
  whyNotAgain?(args: {
    readonly request: Req;
    readonly call: Call;
    readonly error: unknown;
  }): 'method' | 'body' | undefined;
  /** Whether an error that ends a call is an answer that its owner expects: no failed attempt is told. @default false */
  isExpected?(error: unknown): boolean;
  /** Whom a request asks for what, where that is told. */
  targetOf?(request: Req): Pick<AttemptFailed, 'method' | 'address'>;
  /** Status of an answer or of the answer behind an error, for the journal. */
  statusOf?(settled: Settled<Res>): number | undefined;
  /** A call's own plan; the budget stays that of the policy, `budget: false` leaves it out. */
  retryOf?(request: Req): RetryPlan | undefined;
}

/** What a retry policy is built from. */
export interface RetrySetup<Req, Res> extends World {
  /** Asked once per call: it may change at run time. */
  readonly plan: () => RetryPlan;
  readonly budget: Pick<RetryBudget, 'deposit' | 'withdraw'>;
  readonly rules: RetryRules<Req, Res>;
}
