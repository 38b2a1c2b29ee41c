import { CircuitOpenError } from '../../errors/index.ts';
import type { Outcome } from '../../policy/index.ts';
import type { World } from '../parts.ts';
import type { BreakerSnapshot } from './handle.ts';
import { LastFailure } from './last-failure.ts';
import { openTimeMs } from './open-time.ts';
import type { BreakerMode, CircuitPlan, CircuitState } from './options.ts';
import type { Tell } from './tell-change.ts';
import { createTrials, type Trials } from './trials.ts';
import { createVerdict, type Verdict } from './verdict.ts';
import type { Sums } from './window.ts';

/** Leave to make one attempt; tell it the outcome, once. */
export type Permit = (outcome: Outcome, error: unknown) => void;

/** What a circuit is built from. */
export interface CircuitSetup extends Omit<World, 'events'> {
  /** Name of the client or protected function. */
  readonly name: string;
  /** Key of the circuit within it. */
  readonly key: string;
  /** Asked whenever something is decided: it may change at run time. */
  readonly plan: () => CircuitPlan;
  /** Tells of its changes. */
  readonly tell: Tell;
  /** What an operator said of all circuits before this one came up. */
  readonly standing?: 'open' | 'disabled' | undefined;
}

/** A period during which the circuit kept its state. Outcomes of attempts that began in an earlier one are dropped. */
type Period =
  | { readonly state: 'closed'; readonly verdict: Verdict }
  | { readonly state: 'open'; readonly until: number; readonly openedAt: number; readonly sums: Sums }
  | { readonly state: 'half-open'; readonly trials: Trials; readonly openedAt: number };

/** What is told of a circuit that opens. */
interface Opened {
  readonly openMs: number | undefined;
  readonly rate: number;
  readonly failures: number;
}

const UNCOUNTED: Permit = () => undefined;

/**
 * The state of one circuit. Time is looked at when a call comes, so there are no timers: an open circuit becomes
 * half-open with the first call after its open time.
 */
export class Circuit {
  readonly #setup: CircuitSetup;
  #period: Period;
  #isDisabled: boolean;
  #opens = 0;
  #notClosedSince: number | undefined;
  #lastFailure: LastFailure | undefined;

  constructor(setup: CircuitSetup) {
    this.#setup = setup;
    this.#isDisabled = setup.standing === 'disabled';
    this.#period = this.#newlyClosed();
    if (setup.standing !== 'open') return;
    this.#period = this.#newlyOpen(Number.POSITIVE_INFINITY);
    this.#notClosedSince = setup.clock.now();
  }

  /**
   * Lets one attempt pass, or gives the error that says why it must not: one that is thrown on its way costs more.
   *
   * @param lastsMs tells how long it may take, in milliseconds; `undefined`: nobody knows
   */
  admit(lastsMs: () => number | undefined): Permit | CircuitOpenError {
    const mode = this.#mode;
    if (mode === 'disabled') return UNCOUNTED;
    const permit = this.#permit(lastsMs);
    if (permit !== undefined) return permit;
    if (mode === 'observe') return UNCOUNTED;
    return new CircuitOpenError(`The circuit of ${this.#setup.name} is open`, {
      dependency: this.#setup.name,
      retryAfterMs: this.#retryAfterMs() ?? 0,
      ...(this.#lastFailure === undefined ? {} : { cause: this.#lastFailure.copy }),
    });
  }

  snapshot(): BreakerSnapshot {
    const period = this.#period;
    const { calls, failures, slow } = this.#sums();
    return Object.freeze({
      key: this.#setup.key,
      state: period.state,
      mode: this.#mode,
      successes: calls - failures,
      failures,
      slow,
      rate: calls === 0 ? 0 : failures / calls,
      openedAt: period.state === 'closed' ? undefined : period.openedAt,
      retryAfterMs: this.#retryAfterMs(),
      lastError: this.#lastFailure?.summary,
    });
  }

  /** Whether it holds something that a new one would not: it refuses calls, or an operator disabled it. */
  get isHeld(): boolean {
    const period = this.#period;
    return this.#isDisabled || (period.state === 'open' && this.#setup.clock.now() < period.until);
  }

  forceOpen(): void {
    this.#isDisabled = false;
    this.#open('forced', Number.POSITIVE_INFINITY);
  }

  forceClose(): void {
    this.#isDisabled = false;
    this.#close('forced');
  }

  disable(): void {
    this.#isDisabled = true;
    this.#close('disabled');
  }

  reset(): void {
    this.#isDisabled = false;
    this.#lastFailure = undefined;
    this.#close('reset');
  }

  /** Its key gives way to others: whoever was told that it opened hears that it is no longer. */
  evict(): void {
    this.#close('evicted');
  }

  get #mode(): BreakerMode {
    return this.#isDisabled ? 'disabled' : this.#setup.plan().mode;
  }

  #newlyClosed(): Period {
    const { name, plan, clock } = this.#setup;
    return { state: 'closed', verdict: createVerdict(name, plan, clock) };
  }

  #newlyOpen(openMs: number): Period {
    const { clock } = this.#setup;
    return { state: 'open', until: clock.now() + openMs, openedAt: clock.wallTime(), sums: this.#sums() };
  }

  #sums(): Sums {
    const period = this.#period;
    if (period.state === 'open') return period.sums;
    return period.state === 'closed' ? period.verdict.sums() : period.trials.sums;
  }

  #permit(lastsMs: () => number | undefined): Permit | undefined {
    this.#leavePast();
    const period = this.#period;
    if (period.state === 'open') return undefined;
    return period.state === 'closed' ? this.#counted(period) : this.#trial(period, lastsMs);
  }

  /** Ends an open time that has passed, and trials of which a changed plan asks no more. */
  #leavePast(): void {
    const { clock, plan } = this.#setup;
    const period = this.#period;
    if (period.state === 'half-open') this.#endTrials(period.trials);
    if (period.state !== 'open' || clock.now() < period.until) return;
    const { openedAt } = period;
    this.#move({ state: 'half-open', trials: createTrials(plan, clock), openedAt }, 'open-time-passed');
  }

  #endTrials(trials: Trials): void {
    const end = trials.end();
    if (end === 'trials-succeeded') this.#close(end);
    else if (end !== undefined) this.#open(end);
  }

  #counted(period: Period & { readonly state: 'closed' }): Permit {
    const startedAt = this.#setup.clock.now();
    return (outcome, error) => {
      if (!this.#isCounted(period, outcome)) return;
      const failed = this.#noteFailure(outcome, error);
      const rule = period.verdict.record(failed, this.#isSlow(startedAt));
      if (rule !== undefined) this.#open(rule);
    };
  }

  #trial(
    period: Period & { readonly state: 'half-open' },
    lastsMs: () => number | undefined,
  ): Permit | undefined {
    const startedAt = this.#setup.clock.now();
    const giveBack = period.trials.admit(lastsMs());
    if (giveBack === undefined) return undefined;
    return (outcome, error) => {
      giveBack();
      if (!this.#isCounted(period, outcome)) return;
      const failed = this.#noteFailure(outcome, error);
      period.trials.count(failed, this.#isSlow(startedAt));
      this.#endTrials(period.trials);
    };
  }

  #isCounted(period: Period, outcome: Outcome): boolean {
    return period === this.#period && outcome !== 'neutral' && this.#mode !== 'disabled';
  }

  #noteFailure(outcome: Outcome, error: unknown): boolean {
    const failed = outcome === 'failure';
    if (failed) this.#lastFailure = new LastFailure(error);
    return failed;
  }

  #isSlow(startedAt: number): boolean {
    const { clock, plan } = this.#setup;
    const { slowCallMs } = plan();
    return slowCallMs !== false && clock.now() - startedAt >= slowCallMs;
  }

  #open(reason: string, forMs?: number): void {
    const { plan, random } = this.#setup;
    this.#opens += 1;
    const openMs = forMs ?? openTimeMs(plan(), this.#opens, random);
    const { rate, failures } = this.snapshot();
    this.#move(this.#newlyOpen(openMs), reason, {
      openMs: Number.isFinite(openMs) ? openMs : undefined,
      rate,
      failures,
    });
  }

  #close(reason: string): void {
    this.#opens = 0;
    this.#move(this.#newlyClosed(), reason);
  }

  #openForMs(from: CircuitState, to: CircuitState): number | undefined {
    const now = this.#setup.clock.now();
    const openForMs = this.#notClosedSince === undefined ? undefined : now - this.#notClosedSince;
    if (from === 'closed') this.#notClosedSince = now;
    if (to === 'closed') this.#notClosedSince = undefined;
    return openForMs;
  }

  #retryAfterMs(): number | undefined {
    const { clock, plan } = this.#setup;
    if (this.#period.state === 'closed' || this.#mode === 'disabled') return undefined;
    if (this.#period.state === 'half-open') return this.#period.trials.nextFreeMs;
    const leftMs = Math.max(0, this.#period.until - clock.now());
    // Nobody knows when a forced circuit will close: ask again as after any opening.
    return Number.isFinite(leftMs) ? leftMs : plan().openMs;
  }

  #move(period: Period, reason: string, opened?: Opened): void {
    const { name, key, tell, plan } = this.#setup;
    const from = this.#period.state;
    const to = period.state;
    this.#period = period;
    if (from === to) return;
    const openForMs = this.#openForMs(from, to);
    const change = { openMs: undefined, ...opened, from, to, reason, key, openForMs, dependency: name };
    tell(change, plan().onStateChange);
  }
}
