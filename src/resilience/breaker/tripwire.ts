import { EventEmitter } from 'node:events';
import untypedOpossum from 'opossum';
import { detached, MAX_TIMER_MS } from '../../kernel/index.ts';
import { BUCKETS, type Sums } from './window.ts';

/** opossum over one closed period of a circuit. Its `open` event is the verdict; with it, its part is over. */
export interface Tripwire {
  /** Counts an outcome that is not judged. */
  passed(failed: boolean): void;
  /**
   * Counts a failure that is judged: opossum compares the share of failures with `percentage`.
   *
   * @returns whether the circuit opened
   */
  failed(percentage: number): boolean;
  /** Lets the oldest buckets of the window go. */
  rotate(buckets: number): void;
  /** Opens by a rule that opossum does not have. @returns whether the circuit opened */
  open(): boolean;
}

/** What we use of opossum. */
interface Opossum {
  fire(): Promise<unknown>;
  open(): void;
  shutdown(): void;
  on(event: 'open', listener: () => void): unknown;
  readonly status: { readonly window: readonly OpossumBucket[] };
}

interface OpossumBucket {
  fires: number;
  successes: number;
  failures: number;
  readonly latencyTimes: number[];
}

type OpossumClass = new (action: () => unknown, options: object) => Opossum;

const OpossumBreaker: OpossumClass = untypedOpossum;

const FAILED = Object.freeze(new Error('The outcome of an attempt that failed'));
const ignore = (): void => undefined;

// Settles within fire(), so that a failure is counted, and judged, before anything else happens.
const fail = (): never => {
  throw FAILED;
};

/** A window in opossum's hands. @param past what it holds already, in buckets, the latest first */
export const createTripwire = (name: string, past: readonly Sums[]): Tripwire => {
  const rotation = new EventEmitter();
  // opossum keeps this very object and reads the percentage anew at each failure.
  const options = {
    name,
    timeout: false,
    // Its own way out of the open state, set out of its reach; more than a timer can count would be at once.
    resetTimeout: MAX_TIMER_MS,
    errorThresholdPercentage: Number.POSITIVE_INFINITY,
    volumeThreshold: 0,
    rollingCountBuckets: BUCKETS,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
    rotateBucketController: rotation,
  };
  // Nothing of opossum may hold the request that is under way.
  const circuit = detached(() => new OpossumBreaker(fail, options));
  for (const [place, { calls, failures }] of past.entries())
    Object.assign(circuit.status.window[place] ?? {}, {
      ...{ fires: calls, successes: calls - failures, failures },
    });
  let opened = false;
  circuit.on('open', () => {
    opened = true;
  });
  const judge = (work: () => void): boolean => {
    detached(() => {
      work();
      // An open opossum has a timer, which would hold it for 24 days.
      if (opened) circuit.shutdown();
    });
    return opened;
  };

  // opossum looks at others only when a failure is judged: they reach it together then, as to fire each costs 3 µs.
  let calls = 0;
  let failures = 0;
  const handOver = (): void => {
    const [bucket] = circuit.status.window;
    if (bucket !== undefined) {
      bucket.fires += calls;
      bucket.failures += failures;
      bucket.successes += calls - failures;
    }
    calls = 0;
    failures = 0;
  };

  return {
    passed: (failed) => {
      calls += 1;
      if (failed) failures += 1;
    },
    failed: (percentage) => {
      options.errorThresholdPercentage = percentage;
      handOver();
      return judge(() => {
        circuit.fire().catch(ignore);
        // It keeps a latency per call even where no percentiles are asked for.
        circuit.status.window[0]?.latencyTimes.splice(0);
      });
    },
    rotate: (buckets) => {
      handOver();
      for (let count = 0; count < buckets; count += 1) rotation.emit('rotate');
    },
    open: () => judge(() => circuit.open()),
  };
};
