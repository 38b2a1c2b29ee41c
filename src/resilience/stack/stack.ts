import type { EventHub } from '../../events/index.ts';
import type { Clock, Random } from '../../kernel/index.ts';
import type { Operation, Policy, Settled } from '../../policy/index.ts';
import type { CircuitBreaker } from '../breaker/index.ts';
import type { RetryPlan } from '../retry/index.ts';
import type { TimeoutLimits } from '../timeout/index.ts';
import type { Resilience } from './options.ts';

/** What the owner of a stack knows of its requests and answers, and general policies do not. */
export interface StackRules<Req, Res> {
  /** Whether an error is worth another attempt; asked after the user's own `retry.shouldRetry`. @default true */
  shouldRetry?(args: { readonly error: unknown; readonly attempt: number; readonly request: Req }): boolean;
  /** Status of an answer or of the answer behind an error, for the journal. */
  statusOf?(settled: Settled<Res>): number | undefined;
  /** A call's own limits. */
  timeoutOf?(request: Req): TimeoutLimits | undefined;
  /** A call's own retries; the budget stays that of the stack, `budget: false` leaves it out. */
  retryOf?(request: Req): RetryPlan | undefined;
  /** Makes an answer of what a fallback gave. @default the value itself */
  fallbackAnswer?(value: unknown, request: Req): Res;
}

/** What a stack is built from. */
export interface StackSetup<Req, Res> {
  /** Name of the client or protected function. */
  readonly name: string;
  /** What is guarded: one attempt. */
  readonly operation: Operation<Req, Res>;
  readonly resilience: Resilience<Req, Res>;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** @default the machine's source */
  readonly random?: Random;
  /** Told of failed attempts, changed circuits and served fallbacks. */
  readonly events?: EventHub;
  readonly rules?: StackRules<Req, Res>;
  /** Stands between fallback and total timeout. */
  readonly cache?: Policy<Req, Res>;
  /** Stands between breaker and attempt timeout. */
  readonly perAttempt?: Policy<Req, Res>;
}

/** A guarded operation. */
export interface Stack<Req, Res> {
  /** Runs the operation behind every guard. The error of a failed run carries the call's journal. */
  readonly run: Operation<Req, Res>;
  /** Handle on the circuit, `undefined` where there is none. */
  readonly breaker: CircuitBreaker | undefined;
}

/** Builds a stack, once per client or protected function. */
export declare const createStack: <Req, Res>(setup: StackSetup<Req, Res>) => Stack<Req, Res>;
