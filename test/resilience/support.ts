import { type Call, createCall, type Operation } from '../../src/policy/index.ts';
import {
  createStack,
  type ResilienceOptions,
  readResilience,
  type StackSetup,
} from '../../src/resilience/index.ts';
import { manualClock, seededRandom } from '../../src/testing/index.ts';

/** A promise that the test settles. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export const deferred = <T = string>(): Deferred<T> => {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
};

/** How a promise ended, as a value that can be compared. */
export const endOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );

/** What a promise rejected with. */
export const errorOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => {
      throw new Error(`resolved to ${String(value)}`);
    },
    (error: unknown) => error,
  );

/** The name and message of what a function throws at once. */
export const thrownBy = (act: () => unknown): readonly unknown[] => {
  try {
    return [`nothing was thrown, but given: ${String(act())}`];
  } catch (error) {
    // Factories throw native errors.
    const { name, message } = error as Error;
    return [name, message];
  }
};

/** A repeatable call to "catalog". */
export const callOf = (given: Partial<Call> = {}): Call =>
  createCall({ name: 'catalog', repeatable: true, ...given });

/** What one call of a scripted operation does: rejects with an Error, runs a function, gives anything else. */
export type Step = Error | string | ((request: string, call: Call) => Promise<string>);

export interface Scripted {
  readonly operation: Operation<string, string>;
  /** The calls it got. */
  readonly calls: Call[];
}

/** An operation that follows a script; the last step repeats. */
export const scripted = (...steps: readonly Step[]): Scripted => {
  const calls: Call[] = [];
  const operation: Operation<string, string> = async (request, call) => {
    const step = steps[Math.min(calls.length, steps.length - 1)] ?? 'nothing';
    calls.push(call);
    if (step instanceof Error) throw step;
    return typeof step === 'function' ? step(request, call) : step;
  };
  return { operation, calls };
};

/** An operation's step that ends only when the test says so, whatever its signal does. */
export const stubborn =
  (gate: Deferred<string>): Step =>
  () =>
    gate.promise;

/** An operation's step that ends when its signal aborts. */
export const hanging: Step = (_request, { signal }) =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

/** A stack around `script` on a manual clock, without jitter unless asked for. */
export const stackOf = (
  script: Scripted,
  options: ResilienceOptions<string, string> = {},
  setup: Partial<StackSetup<string, string>> = {},
) => {
  const clock = manualClock();
  const stack = createStack<string, string>({
    name: 'catalog',
    operation: script.operation,
    resilience: readResilience<string, string>({ where: 'createClient' }, options),
    clock,
    random: seededRandom(1),
    ...setup,
  });
  return { clock, ...stack };
};
