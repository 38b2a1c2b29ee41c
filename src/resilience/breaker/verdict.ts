import { EventEmitter } from 'node:events';
import untypedOpossum from 'opossum';
import { type Clock, detached } from '../../kernel/index.ts';
import type { BreakerPlan } from './options.ts';

/** The rule by which a circuit opens. */
export type OpeningRule = 'failure-rate' | 'failure-count' | 'consecutive-failures';

/** Counts the outcomes of a closed circuit over a rolling window and says when it must open. */
export interface Verdict {
  success(): void;
  /** @returns the rule by which this failure opened the circuit, `undefined` if it did not */
  failure(): OpeningRule | undefined;
  /** Makes opossum's state follow an opening that it did not decide. */
  open(): void;
  /** Closes, with an empty window. */
  close(): void;
  /** What the window holds. */
  counts(): { readonly successes: number; readonly failures: number };
}

interface OpossumStatus {
  readonly stats: { readonly successes: number; readonly failures: number };
  readonly window: readonly { readonly latencyTimes: number[] }[];
}

/** What we use of opossum. */
interface Opossum {
  fire(succeeded: boolean): Promise<unknown>;
  open(): void;
  close(): void;
  on(event: 'open', listener: () => void): unknown;
  readonly status: OpossumStatus;
}

type OpossumClass = new (
  action: (succeeded: boolean) => unknown,
  options: Readonly<Record<string, unknown>>,
) => Opossum;

const OpossumBreaker: OpossumClass = untypedOpossum;

const BUCKETS = 10;
// opossum opens above its percentage, we open at it.
const HAIR = 1e-9;
// opossum's own way out of the open state, set out of its reach: the longest that a timer can count, unref'd.
const NEVER_MS = 2_147_483_647;

const FAILED = Object.freeze(new Error('The outcome of an attempt that failed'));
const ignore = (): void => undefined;

// Settles within fire(), so that an outcome is counted before anything else happens. A promise would be counted later,
// perhaps into the fresh window of a circuit that closed in between.
const SUCCEEDED = Object.freeze({
  // biome-ignore lint/suspicious/noThenProperty: opossum asks for a thenable, and a promise is late; nobody awaits it.
  then: (resolve: () => void) => {
    resolve();
    return { catch: ignore };
  },
});

const settleAsTold = (succeeded: boolean): unknown => {
  if (!succeeded) throw FAILED;
  return SUCCEEDED;
};

const createOpossum = (name: string, plan: BreakerPlan, rotateBucketController: EventEmitter): Opossum =>
  new OpossumBreaker(settleAsTold, {
    name,
    timeout: false,
    resetTimeout: NEVER_MS,
    errorThresholdPercentage:
      plan.failureRateThreshold === false ? Number.POSITIVE_INFINITY : plan.failureRateThreshold * 100 - HAIR,
    volumeThreshold: plan.minimumCalls,
    rollingCountTimeout: plan.windowMs,
    rollingCountBuckets: BUCKETS,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
    rotateBucketController,
  });

/** An empty window. opossum counts and gives the verdict of the failure rate; the other rules are ours and call its `open()`. */
export const createVerdict = (name: string, live: () => BreakerPlan, clock: Clock): Verdict => {
  const plan = live();
  const bucketMs = plan.windowMs / BUCKETS;
  const rotation = new EventEmitter();
  const circuit = detached(() => createOpossum(name, plan, rotation));
  let bucketStart = clock.now();
  let inARow = 0;
  let opened = false;
  circuit.on('open', () => {
    opened = true;
  });

  const rotate = (buckets: number): void => {
    for (let count = Math.min(buckets, BUCKETS); count > 0; count -= 1) rotation.emit('rotate');
  };
  const rollOn = (): void => {
    const passed = Math.floor((clock.now() - bucketStart) / bucketMs);
    rotate(passed);
    bucketStart += passed * bucketMs;
  };
  const report = (succeeded: boolean): void => {
    rollOn();
    detached(() => circuit.fire(succeeded)).catch(ignore);
    // opossum keeps a latency per call even where no percentiles are asked for.
    circuit.status.window[0]?.latencyTimes.splice(0);
  };
  const counts = () => {
    rollOn();
    const { successes, failures } = circuit.status.stats;
    return { successes, failures };
  };
  const ownRule = (): OpeningRule | undefined => {
    if (plan.consecutiveFailures !== false && inARow >= plan.consecutiveFailures)
      return 'consecutive-failures';
    if (plan.failureThreshold !== false && counts().failures >= plan.failureThreshold) return 'failure-count';
    return undefined;
  };

  return {
    success: () => {
      inARow = 0;
      report(true);
    },
    failure: () => {
      inARow += 1;
      opened = false;
      report(false);
      if (opened) return 'failure-rate';
      const rule = ownRule();
      if (rule !== undefined) detached(() => circuit.open());
      return opened ? rule : undefined;
    },
    open: () => detached(() => circuit.open()),
    close: () => {
      detached(() => circuit.close());
      rotate(BUCKETS);
      bucketStart = clock.now();
      inARow = 0;
    },
    counts,
  };
};
