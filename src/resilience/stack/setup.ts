import type { EventHub } from '../../events/index.ts';
import type { Clock, Random } from '../../kernel/index.ts';
import type { Operation, Policy } from '../../policy/index.ts';
import type { CircuitBreaker } from '../breaker/index.ts';
import type { Bulkhead } from '../bulkhead/index.ts';
import type { PauseRules } from '../pause/index.ts';
import type { RetryRules } from '../retry/index.ts';
import type { TimeoutLimits } from '../timeout/index.ts';
import type { Resilience } from './options.ts';

/** What the owner of a stack knows of its requests and answers, and general policies do not. */
export interface StackRules<Req, Res> extends RetryRules<Req, Res>, PauseRules<Req> {
  /** Whether a request may be made twice at once, where its call may be repeated. @default true */
  mayHedge?(request: Req): boolean;
  /** A call's own limits. */
  timeoutOf?(request: Req): TimeoutLimits | undefined;
  /** Host that a request goes to, for circuits that are keyed by it. */
  hostOf?(request: Req): string | undefined;
  /** Whether an error holds the answer that the caller of a request wants: no fallback answers instead. @default false */
  isWanted?(error: unknown, request: Req): boolean;
  /** Makes an answer of what a fallback gave instead of `error`. @default the value itself */
  fallbackAnswer?(value: unknown, request: Req, error: unknown): Res;
}

/** What a stack is built from. */
export interface StackSetup<Req, Res> {
  /** Name of the client or protected function. */
  readonly name: string;
  /** What is guarded: one attempt. */
  readonly operation: Operation<Req, Res>;
  readonly resilience: Resilience<Req, Res>;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** @default the machine's source */
  readonly random?: Random | undefined;
  /** Told of failed and hedged attempts, pauses, changed circuits and served fallbacks. */
  readonly events?: EventHub | undefined;
  readonly rules?: StackRules<Req, Res> | undefined;
  /** Stands between fallback and total timeout. */
  readonly cache?: Policy<Req, Res> | undefined;
}

/** The plans that may change at run time. */
type Plans<Req, Res> = Partial<
  Pick<Resilience<Req, Res>, 'timeout' | 'retry' | 'breaker' | 'bulkhead' | 'hedge' | 'pause'>
>;

/** A guarded operation. */
export interface Stack<Req, Res> {
  /** Runs the operation behind every guard. The error of a failed run carries the call's journal. */
  readonly run: Operation<Req, Res>;
  /** Handle on the circuit, `undefined` where there is none. */
  readonly breaker: CircuitBreaker | undefined;
  /** Handle on the bulkhead, `undefined` where there is none. */
  readonly bulkhead: Bulkhead | undefined;
  /** The plans in force. */
  readonly resilience: () => Resilience<Req, Res>;
  /** Puts other plans in force; what was counted, and who waits, stays. A part that is off stays off, and the other way round. */
  readonly reconfigure: (next: Plans<Req, Res>) => void;
}
