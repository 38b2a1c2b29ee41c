import type { Journal } from '../errors/index.ts';
import type { Bulkhead, CircuitBreaker, Explanation, ReconfigureOptions } from '../resilience/index.ts';

/** What a protected function is told of the call it serves. Frozen. */
export interface ProtectedCall {
  /** Name of the dependency. */
  readonly name: string;
  /** Aborts when nobody waits any longer; pass it on to whatever takes one. */
  readonly signal: AbortSignal;
  /** When time is up, in milliseconds of the clock; `undefined` for no limit. */
  readonly deadline: number | undefined;
  /** Counts from 1. */
  readonly attempt: number;
}

/** What a protected function gave, and how it came about. Frozen. */
export interface ProtectedAnswer<Res> {
  readonly value: Res;
  /** Whether the function gave it, or its fallback. */
  readonly source: 'live' | 'fallback';
  /** Code of the failure that the fallback stands in for; `undefined` for a live value. */
  readonly reason: string | undefined;
  /** What it took, attempt by attempt. */
  readonly journal: Journal;
}

/** Handles on what stands around a protected function. */
export interface ProtectedHandles {
  /** Handle on the circuit; `undefined` with `breaker: false`. */
  readonly breaker: CircuitBreaker | undefined;
  /** Handle on the bulkhead; `undefined` with `bulkhead: false`. */
  readonly bulkhead: Bulkhead | undefined;
  /** What the settings in force come to in the worst case: attempts, time and extra load of a call, as figures and in words. */
  explain(): Explanation;
  /**
   * Changes settings at run time: what is given is laid over what was written, and checked with it as at creation. Calls
   * under way keep what they began with; states and counts stay. Published as `client.reconfigured`.
   *
   * @returns what the settings come to now
   * @throws TypeError or RangeError where anything is wrong, also for a part that is switched on or off; then nothing changes
   */
  reconfigure(changes: ReconfigureOptions): Explanation;
}

/** A function behind the policies. */
export interface Protected<Args extends readonly unknown[], Res> extends ProtectedHandles {
  (...args: Args): Promise<Res>;
  /** Calls it, and tells with the value how that came about. Rejects as the function itself does. */
  answer(...args: Args): Promise<ProtectedAnswer<Res>>;
}
