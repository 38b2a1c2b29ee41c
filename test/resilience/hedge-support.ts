import { createEventHub } from '../../src/events/index.ts';
import type { Call } from '../../src/policy/index.ts';
import { type HedgePolicyOptions, hedge } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { type Deferred, deferred } from './support.ts';

/** One start of a guarded operation, which the test ends. It ends by itself where its signal aborts, unless it is deaf. */
export interface Started {
  readonly call: Call;
  readonly gate: Deferred<string>;
}

/** An operation each of whose runs the test ends, and how often it was started. */
export const gated = ({ deaf = false } = {}) => {
  const started: Started[] = [];
  const operation = (_request: string, call: Call): Promise<string> => {
    const gate = deferred();
    started.push({ call, gate });
    if (!deaf) call.signal.addEventListener('abort', () => gate.reject(call.signal.reason));
    return gate.promise;
  };
  return { started, operation };
};

/** A hedge around such an operation, after 100 ms. */
export const hedged = (options: HedgePolicyOptions = {}, kind: { readonly deaf?: boolean } = {}) => {
  const clock = manualClock();
  const events = createEventHub();
  const { started, operation } = gated(kind);
  const run = hedge<string, string>({ afterMs: 100, clock, events, ...options })(operation);
  return { clock, events, started, run };
};
