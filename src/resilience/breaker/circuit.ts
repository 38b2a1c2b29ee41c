import { types } from 'node:util';
import { CircuitOpenError } from '../../errors/index.ts';
import { readSafely, toError } from '../../kernel/index.ts';
import type { Outcome } from '../../policy/index.ts';
import type { World } from '../parts.ts';
import type { BreakerSnapshot, CircuitBreaker } from './handle.ts';
import { copyFailure, type LastFailure } from './last-failure.ts';
import { openTimeMs } from './open-time.ts';
import type { BreakerPlan, CircuitState } from './options.ts';
import { createTrials, type Trials } from './trials.ts';
import { createVerdict, type Verdict } from './verdict.ts';

/** Leave to make one attempt; tell it the outcome, once. */
export type Permit = (outcome: Outcome, error: unknown) => void;

/** What a circuit is built from. */
export interface CircuitSetup extends World {
  /** Name of the client or protected function. */
  readonly name: string;
  /** Asked whenever something is decided: it may change at run time. */
  readonly plan: () => BreakerPlan;
}

/** A period during which the circuit kept its state. Outcomes of attempts that began in an earlier one are dropped. */
type Period =
  | { readonly state: 'closed' }
  | { readonly state: 'open'; readonly until: number; readonly openedAt: number }
  | { readonly state: 'half-open'; readonly trials: Trials; readonly openedAt: number };

/** What is told of a circuit that opens. */
interface Opened {
  readonly openMs: number | undefined;
  readonly rate: number;
  readonly failures: number;
}

const UNCOUNTED: Permit = () => undefined;
const EVENTS = {
  closed: 'circuit.closed',
  open: 'circuit.opened',
  'half-open': 'circuit.half-open',
} as const;

/**
 * The state of one circuit. Time is looked at when a call comes, so there are no timers: an open circuit becomes
 * half-open with the first call after its open time.
 */
export class Circuit implements CircuitBreaker {
  readonly #setup: CircuitSetup;
  readonly #verdict: Verdict;
  #period: Period = { state: 'closed' };
  #opens = 0;
  #notClosedSince: number | undefined;
  #lastFailure: LastFailure | undefined;

  constructor(setup: CircuitSetup) {
    this.#setup = setup;
    this.#verdict = createVerdict(setup.name, setup.plan, setup.clock);
  }

  /**
   * Lets one attempt pass.
   *
   * @throws CircuitOpenError when it must not
   */
  admit(): Permit {
    const { mode } = this.#setup.plan();
    if (mode === 'disabled') return UNCOUNTED;
    const permit = this.#permit();
    if (permit !== undefined) return permit;
    if (mode === 'observe') return UNCOUNTED;
    throw new CircuitOpenError(`The circuit of ${this.#setup.name} is open`, {
      dependency: this.#setup.name,
      retryAfterMs: this.#retryAfterMs() ?? 0,
      ...(this.#lastFailure === undefined ? {} : { cause: this.#lastFailure.copy }),
    });
  }

  snapshot(): BreakerSnapshot {
    const period = this.#period;
    const { successes, failures } =
      period.state === 'half-open' ? period.trials.counts : this.#verdict.counts();
    const total = successes + failures;
    return Object.freeze({
      state: period.state,
      mode: this.#setup.plan().mode,
      successes,
      failures,
      rate: total === 0 ? 0 : failures / total,
      openedAt: period.state === 'closed' ? undefined : period.openedAt,
      retryAfterMs: this.#retryAfterMs(),
      lastError: this.#lastFailure?.summary,
    });
  }

  forceOpen(): void {
    this.#open('forced', Number.POSITIVE_INFINITY);
  }

  forceClose(): void {
    this.#close('forced');
  }

  reset(): void {
    this.#lastFailure = undefined;
    this.#close('reset');
  }

  #permit(): Permit | undefined {
    const { clock, plan } = this.#setup;
    if (this.#period.state === 'open') {
      if (clock.now() < this.#period.until) return undefined;
      const { openedAt } = this.#period;
      const trials = createTrials(plan, clock);
      this.#move({ state: 'half-open', trials, openedAt }, 'open-time-passed');
    }
    return this.#period.state === 'half-open' ? this.#trial(this.#period) : this.#counted(this.#period);
  }

  #counted(period: Period): Permit {
    return (outcome, error) => {
      if (period !== this.#period || outcome === 'neutral') return;
      if (outcome === 'success') {
        this.#verdict.success();
        return;
      }
      this.#lastFailure = copyFailure(error);
      const rule = this.#verdict.failure();
      if (rule !== undefined) this.#open(rule);
    };
  }

  #trial(period: Period & { readonly state: 'half-open' }): Permit | undefined {
    const giveBack = period.trials.admit();
    if (giveBack === undefined) return undefined;
    return (outcome, error) => {
      giveBack();
      if (period !== this.#period || outcome === 'neutral') return;
      if (outcome === 'failure') this.#lastFailure = copyFailure(error);
      const next = period.trials.count(outcome === 'success');
      if (next === 'open') this.#open('trial-failed');
      if (next === 'close') this.#close('trials-succeeded');
    };
  }

  #open(reason: string, forMs?: number): void {
    const { clock, plan, random } = this.#setup;
    if (forMs === undefined) this.#opens += 1;
    const openMs = forMs ?? openTimeMs(plan(), this.#opens, random);
    const { rate, failures } = this.snapshot();
    this.#verdict.open();
    const period = { state: 'open', until: clock.now() + openMs, openedAt: clock.wallTime() } as const;
    this.#move(period, reason, { openMs: Number.isFinite(openMs) ? openMs : undefined, rate, failures });
  }

  #close(reason: string): void {
    this.#opens = 0;
    this.#verdict.close();
    this.#move({ state: 'closed' }, reason);
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
    if (this.#period.state === 'closed') return undefined;
    if (this.#period.state === 'half-open') return this.#period.trials.nextFreeMs;
    const leftMs = Math.max(0, this.#period.until - clock.now());
    // Nobody knows when a forced circuit will close: ask again as after any opening.
    return Number.isFinite(leftMs) ? leftMs : plan().openMs;
  }

  #move(period: Period, reason: string, opened?: Opened): void {
    const from = this.#period.state;
    this.#period = period;
    if (from === period.state) return;
    const { name, events } = this.#setup;
    const { onStateChange } = this.#setup.plan();
    const change = { from, to: period.state, reason, key: name };
    const event = EVENTS[period.state];
    const openForMs = this.#openForMs(from, period.state);
    if (events?.wants(event))
      events.publish(
        event,
        Object.freeze({ openMs: undefined, ...opened, ...change, dependency: name, openForMs }),
      );
    if (onStateChange) notify(onStateChange, Object.freeze({ ...change, name }));
  }
}

const warn = (thrown: unknown): void =>
  process.emitWarning(`onStateChange threw: ${String(readSafely(toError(thrown), 'message'))}`, {
    code: 'BREAKWATER_LISTENER',
  });

const notify = <T>(listener: (change: T) => unknown, change: T): void => {
  try {
    const result = listener(change);
    // An async listener's rejection would end the process.
    if (types.isPromise(result)) result.catch(warn);
  } catch (thrown) {
    // A listener must not fail the call that moved the circuit.
    warn(thrown);
  }
};
