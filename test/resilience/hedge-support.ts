import { UpstreamResponseError } from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import type { Call } from '../../src/policy/index.ts';
import {
  type HedgePolicyOptions,
  hedge,
  type ResilienceOptions,
  type StackRules,
} from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { type Deferred, deferred, endOf, stackOf } from './support.ts';

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

/** A failure that counts. */
export const down = new UpstreamResponseError('503', { upstreamStatus: 503 });

/** A stack that hedges after 100 ms and does not retry unless asked to, around an operation that the test ends. */
export const stacked = (
  options: ResilienceOptions<string, string> = {},
  rules: StackRules<string, string> = {},
  kind: { readonly deaf?: boolean } = {},
) => {
  const { started, operation } = gated(kind);
  const events = createEventHub();
  const all = { hedge: { afterMs: 100 }, retry: false, ...options } as const;
  return { started, events, ...stackOf({ operation, calls: [] }, all, { rules, events }) };
};

/** A call that the hedge answers after another 20 ms. */
export const won = async (
  { run, clock, started }: Pick<ReturnType<typeof stacked>, 'run' | 'clock' | 'started'>,
  call: Call,
): Promise<unknown> => {
  const end = endOf(run('q', call));
  await clock.advance(120);
  started[1]?.gate.resolve('hedge');
  await clock.advance(0);
  return end;
};
