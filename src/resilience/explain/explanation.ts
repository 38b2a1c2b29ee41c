import type { BreakerMode } from '../breaker/index.ts';

/** When a circuit opens and for how long, as figures. */
export interface CircuitFigures {
  /** What it counts. */
  readonly scope: 'attempt' | 'call';
  readonly mode: BreakerMode;
  /** How many failures, or slow calls where these count, open it where its window holds nothing else; `undefined`: no rule opens it. */
  readonly opensAfter: number | undefined;
  /** The time within which they must end, in milliseconds; `undefined`: whenever. */
  readonly withinMs: number | undefined;
  /** Whether those that run out of their time one after another, none beside another, never are so many within that time. */
  readonly neverInSequence: boolean;
  /** How long it stays open the first time, in milliseconds. */
  readonly openMs: number;
  /** The longest that it stays open before it tries again, in milliseconds. */
  readonly longestOpenMs: number;
  /** Trials that decide whether it closes, and the most admitted at once. */
  readonly trials: number;
}

/** How many attempts there may be at once, as figures. */
export interface BulkheadFigures {
  readonly maxConcurrent: number;
  readonly maxQueue: number;
  /** Longest wait of each of them, in milliseconds; `undefined` for no limit. */
  readonly maxQueueMs: number | undefined;
}

/** What the settings in force come to in the worst case. Frozen. */
export interface Explanation {
  /** Name of the client or protected function. */
  readonly name: string;
  /** Attempts of one call that reach the dependency at most: the first, its retries, and the hedges beside each. The redirects that one follows are not counted. */
  readonly maxAttempts: number;
  readonly maxRetries: number;
  /** Hedges beside each attempt. */
  readonly maxHedges: number;
  /** Longest time that one call takes whatever happens, its fallback included, in milliseconds; `undefined` for no limit. */
  readonly worstCaseMs: number | undefined;
  /** How much of that is its fallback's, which begins when all else has failed; 0 where there is none, or a fixed value. */
  readonly fallbackMs: number | undefined;
  /** Longest time until a call fails whose every attempt is let in at once and never answered, in milliseconds; `undefined` for no limit. */
  readonly unansweredMs: number | undefined;
  /** Longest waits between the attempts of one call that the back-off plans, together, in milliseconds; `undefined` for no limit. */
  readonly worstCaseWaitMs: number | undefined;
  /** Extra attempts per call of all calls together, at most. */
  readonly extraLoadRatio: number;
  /** Extra attempts per second that are allowed on top, however few the calls. */
  readonly extraLoadPerSecond: number;
  /** `undefined` where there is no breaker. */
  readonly breaker: CircuitFigures | undefined;
  /** `undefined` where there is no bulkhead. */
  readonly bulkhead: BulkheadFigures | undefined;
  /** The same in words: a sentence on each line. */
  readonly text: string;
}

/** An explanation that is not put into words yet. */
export type Figures = Omit<Explanation, 'text'>;
