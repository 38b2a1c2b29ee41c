import { boundsOf, tryGetContext } from '../context/index.ts';
import { isBusiness, isTechnicalError, verdictOf } from '../errors/index.ts';
import { linkSignals, readSafely } from '../kernel/index.ts';
import type { Call } from '../policy/index.ts';
import { abortOf, beginStackCall, createStack, type Stack } from '../resilience/index.ts';
import { runAsCall } from './current-call.ts';
import { createLiveSettings } from './live-settings.ts';
import type { ProtectSettings } from './options.ts';
import type { Protected, ProtectedAnswer, ProtectedCall, ProtectedHandles } from './protected.ts';

/** What stands around one function, however it is called. */
export interface Guard<Args extends readonly unknown[], Res> {
  readonly run: (args: Args) => Promise<Res>;
  readonly answer: (args: Args) => Promise<ProtectedAnswer<Res>>;
  readonly handles: ProtectedHandles;
}

interface Parts<Args extends readonly unknown[], Res> {
  readonly settings: ProtectSettings<Args, Res>;
  readonly stack: Stack<Args, Res>;
  /** Calls that a fallback answered, and the code of what it stands in for. */
  readonly fellBack: WeakMap<Args, string>;
}

interface Given<Res> extends Pick<ProtectedAnswer<Res>, 'value' | 'source' | 'reason'> {
  readonly call: Call;
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
  const signal = abortOf(call);
  const callerLeft = signal.aborted && signal.reason === error;
  const event = {
    dependency: name,
    method: 'call',
    outcome: failed ? 'failure' : 'success',
    // That the caller's own time was up is nothing that the caller wanted.
    technical: failed && (!callerLeft || isTechnicalError(error)) && !isBusiness(error),
    source,
    status: undefined,
    code: typeof code === 'string' ? code : undefined,
    durationMs: clock.now() - startedAt,
    journal: call.journal.snapshot(),
  } as const;
  events.publish('call.completed', Object.freeze(event));
};

/** Runs a call. What becomes of what it gave is told to it, as a promise around its own would cost each call a turn. */
const runCall = async <Args extends readonly unknown[], Res, T>(
  { settings, stack, fellBack }: Parts<Args, Res>,
  args: Args,
  finish: (given: Given<Res>) => T,
): Promise<T> => {
  const { name, repeatable, clock } = settings;
  const record = tryGetContext();
  const { signals, deadline } = boundsOf(record, clock);
  const link = linkSignals(...signals);
  const startedAt = clock.now();
  const servesRetry = record?.retryAttempt !== undefined;
  // What it begins with, it keeps.
  const limits = stack.resilience().timeout;
  const call = beginStackCall({ name, abortable: link, deadline, repeatable, servesRetry, limits });
  try {
    const value = await stack.run(args, call);
    const reason = fellBack.get(args);
    const source = reason === undefined ? 'live' : 'fallback';
    tell(settings, { call, startedAt, source });
    return finish({ value, source, reason, call });
  } catch (error) {
    tell(settings, { call, startedAt, source: undefined, error });
    throw error;
  } finally {
    link.dispose();
  }
};

/** Builds what stands around a function, once. */
export const createGuard = <Args extends readonly unknown[], Res>(
  fn: (call: ProtectedCall, args: Args) => Promise<Res> | Res,
  settings: ProtectSettings<Args, Res>,
): Guard<Args, Res> => {
  const { name, resilience, clock, random, events } = settings;
  const fellBack = new WeakMap<Args, string>();
  const stack = createStack<Args, Res>({
    name,
    resilience,
    clock,
    random,
    ...(events && { events }),
    operation: (args, { signal, deadline, attempt }) => {
      const call = Object.freeze({ name, signal, deadline, attempt });
      return runAsCall(call, clock, () => fn(call, args));
    },
    rules: {
      fallbackAnswer: (value, args, error) => {
        fellBack.set(args, verdictOf(error).code);
        // The type of the fallback option says that it gives what fn gives.
        return value as Res;
      },
    },
  });
  const live = createLiveSettings(settings, stack);
  const parts = { settings, stack, fellBack };
  return {
    run: (args) => runCall(parts, args, ({ value }) => value),
    answer: (args) =>
      runCall(parts, args, ({ call, ...given }) =>
        Object.freeze({ ...given, journal: call.journal.snapshot() }),
      ),
    handles: Object.freeze({ breaker: stack.breaker, bulkhead: stack.bulkhead, ...live }),
  };
};

/**
 * A guard as the function that its users call.
 *
 * @param prepare sees the arguments of each call before it starts
 */
export const toProtected = <Args extends readonly unknown[], Res>(
  { run, answer, handles }: Guard<Args, Res>,
  prepare: (args: Args) => Args = (args) => args,
): Protected<Args, Res> =>
  Object.freeze(
    Object.assign((...args: Args) => run(prepare(args)), {
      answer: (...args: Args) => answer(prepare(args)),
      ...handles,
    }),
  );
