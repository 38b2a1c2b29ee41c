import { tryGetContext } from '../context/index.ts';
import { isBusinessError, isTechnicalError } from '../errors/index.ts';
import { linkSignals, readSafely } from '../kernel/index.ts';
import { type Call, createCall, createJournal } from '../policy/index.ts';
import { type CircuitBreaker, createStack, type Stack } from '../resilience/index.ts';
import { type ProtectOptions, type ProtectSettings, readProtectOptions } from './options.ts';

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

/** A function behind the policies. */
export interface Protected<Args extends readonly unknown[], Res> {
  (...args: Args): Promise<Res>;
  /** Handle on the circuit; `undefined` with `breaker: false`. */
  readonly breaker: CircuitBreaker | undefined;
}

interface Parts<Args extends readonly unknown[], Res> {
  readonly settings: ProtectSettings<Args, Res>;
  readonly stack: Stack<Args, Res>;
  /** Calls that a fallback answered. */
  readonly fellBack: WeakSet<Args>;
}

interface Ended {
  readonly call: Call;
  readonly startedAt: number;
  readonly source: 'live' | 'fallback' | undefined;
  readonly error?: unknown;
}

const tell = <Args extends readonly unknown[], Res>(
  { name, clock, events }: ProtectSettings<Args, Res>,
  { call, startedAt, source, error }: Ended,
): void => {
  if (!events?.wants('call.completed')) return;
  const code = readSafely(error, 'code');
  const failed = source === undefined;
  const callerLeft = call.signal.aborted && call.signal.reason === error;
  const event = {
    dependency: name,
    method: 'call',
    outcome: failed ? 'failure' : 'success',
    // That the caller's own time was up is nothing that the caller wanted.
    technical: failed && (!callerLeft || isTechnicalError(error)) && !isBusinessError(error),
    source,
    status: undefined,
    code: typeof code === 'string' ? code : undefined,
    durationMs: clock.now() - startedAt,
    journal: call.journal.snapshot(),
  } as const;
  events.publish('call.completed', Object.freeze(event));
};

const run = async <Args extends readonly unknown[], Res>(
  { settings, stack, fellBack }: Parts<Args, Res>,
  args: Args,
): Promise<Res> => {
  const { name, repeatable, clock } = settings;
  const record = tryGetContext();
  const link = linkSignals(record?.signal);
  const { signal } = link;
  const startedAt = clock.now();
  const call = createCall({
    name,
    signal,
    deadline: record?.deadline,
    repeatable,
    servesRetry: record?.retryAttempt !== undefined,
    journal: createJournal(),
  });
  try {
    signal.throwIfAborted();
    const value = await stack.run(args, call);
    tell(settings, { call, startedAt, source: fellBack.has(args) ? 'fallback' : 'live' });
    return value;
  } catch (error) {
    tell(settings, { call, startedAt, source: undefined, error });
    throw error;
  } finally {
    link.dispose();
  }
};

/**
 * Puts deadlines, breaker, bulkhead and fallback, and retries where they are asked for, around a function that calls
 * something: a database, a queue, an SDK. Protect it once, at start-up: its circuit is its own.
 *
 * @param fn gets the call first; pass `call.signal` on, so that a timeout really ends the work
 * @throws TypeError or RangeError for a bad option
 * @example
 * const query = protect((call, sql: string) => pool.query(sql, { signal: call.signal }), { name: 'orders-db' });
 * const rows = await query('select 1');
 */
export const protect = <Args extends readonly unknown[], Res>(
  fn: (call: ProtectedCall, ...args: Args) => Promise<Res> | Res,
  options: ProtectOptions<NoInfer<Args>, NoInfer<Res>>,
): Protected<Args, Res> => {
  if (typeof fn !== 'function') throw new TypeError('protect: the first argument must be a function');
  const settings = readProtectOptions<Args, Res>(options);
  const { name, resilience, clock, random, events } = settings;
  const fellBack = new WeakSet<Args>();
  const stack = createStack<Args, Res>({
    name,
    resilience,
    clock,
    random,
    ...(events && { events }),
    // An async function turns what fn throws at once into a rejection.
    operation: async (args, { signal, deadline, attempt }) =>
      fn(Object.freeze({ name, signal, deadline, attempt }), ...args),
    rules: {
      fallbackAnswer: (value, args) => {
        fellBack.add(args);
        // The type of the fallback option says that it gives what fn gives.
        return value as Res;
      },
    },
  });
  const parts = { settings, stack, fellBack };
  return Object.freeze(Object.assign((...args: Args) => run(parts, args), { breaker: stack.breaker }));
};
