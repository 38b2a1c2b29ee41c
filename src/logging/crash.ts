import { writeSync } from 'node:fs';
import type { Logger, LoggerOptions } from 'pino';
import { tryGetContext } from '../context/index.ts';
import {
  type Clock,
  clockLike,
  durationMs,
  func,
  integer,
  readOptions,
  readSafely,
  rejectOption,
  systemClock,
} from '../kernel/index.ts';
import { describeError } from '../redaction/index.ts';
import { flushLogger, watchStream } from './crash-stream.ts';
import { printFlight } from './flight-recorder.ts';
import { createLogger } from './logger.ts';
import { type LoggerLike, logger as loggerCheck } from './options.ts';

/** Options of `installCrashHandlers()`. */
export interface CrashHandlersOptions {
  /** The logger of `createLogger()` or `breakwater()`, or what `createLogger()` takes as `logger`. */
  readonly logger: LoggerOptions | LoggerLike;
  /**
   * Ends the process. Where it returns a promise, the process ends when that is settled, or after `exitMs`.
   *
   * @default process.exit
   */
  readonly exit?: ((code: number) => unknown) | undefined;
  /** What it ends with: Node's own is 1. @default 1 */
  readonly exitCode?: number | undefined;
  /** How long the logger may take until its lines are where they belong, in milliseconds. @default 1_000 */
  readonly flushMs?: number | undefined;
  /** How long a promise of `exit` may take, in milliseconds; the process then ends all the same. @default 10_000 */
  readonly exitMs?: number | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
}

type CrashSettings = Required<Omit<CrashHandlersOptions, 'logger'>>;

/** Defaults of `installCrashHandlers()`. */
export const CRASH_DEFAULTS: CrashSettings = Object.freeze<CrashSettings>({
  exit: (code) => {
    process.exit(code);
  },
  exitCode: 1,
  flushMs: 1_000,
  exitMs: 10_000,
  clock: systemClock,
});

type Origin = 'uncaughtException' | 'unhandledRejection';

const WHERE = 'installCrashHandlers';
/** What fails while the lines are flushed is logged as well, but not for ever. */
const MAX_CRASHES = 10;
const STDERR = 2;

const fieldsOf = (origin: Origin, reason: unknown) => ({
  event: 'process.crash',
  origin,
  err: describeError(reason, { stack: true }),
});

/** Where no logger writes: one line of JSON on stderr, as Node would have printed the stack there. */
const writeToStderr = (origin: Origin, reason: unknown): void => {
  try {
    const { requestId, traceId } = tryGetContext() ?? {};
    const line = { level: 'fatal', requestId, traceId, ...fieldsOf(origin, reason) };
    writeSync(STDERR, `${JSON.stringify(line)}\n`);
  } catch {
    // Nobody is left to tell.
  }
};

/** Whether the stream of the logger took the line. */
const writeToLog = (log: Logger, origin: Origin, reason: unknown): boolean => {
  try {
    printFlight(log, tryGetContext());
    const { logger, isTaken } = watchStream(log);
    // A logger of nothing but levels of the app's may have none that is called fatal.
    const level = typeof readSafely(logger, 'fatal') === 'function' ? 'fatal' : 'error';
    logger[level](fieldsOf(origin, reason), `process crashed: ${origin}`);
    return isTaken();
  } catch {
    return false;
  }
};

const readCrashOptions = (given: CrashHandlersOptions) => {
  const { logger, ...rest } = given ?? {};
  if (!loggerCheck.type(logger))
    rejectOption({ where: WHERE }, 'logger', loggerCheck.expects, logger, TypeError);
  const read = readOptions<CrashSettings>({ where: WHERE }, rest, CRASH_DEFAULTS, {
    exit: func,
    exitCode: integer(0, 255),
    flushMs: durationMs(),
    exitMs: durationMs(),
    clock: clockLike,
  });
  return { logger, ...read };
};

/** Ends the process by the function of the app, and without it where that promised to and did not. */
const endProcess = async ({ exit, exitCode, exitMs, clock }: CrashSettings): Promise<void> => {
  const ending = exit(exitCode);
  // What returns nothing ends it in a way of its own: when its server has closed, for one.
  if (typeof readSafely(ending, 'then') !== 'function') return;
  const late = new Promise<void>((resolve) => {
    clock.setTimer(resolve, exitMs);
  });
  await Promise.race([ending, late]);
  process.exit(exitCode);
};

/**
 * Logs what would end the process, `uncaughtException` and `unhandledRejection`, at `fatal` with `event: "process.crash"`,
 * the whole error and the ids of the request whose work failed; then waits until the logger has written its lines, and
 * exits. Where the logger is silent, or its stream does not take the line or is not done in time, a line goes to stderr.
 *
 * The process ends with the first crash, as Node would end it: what follows until then is logged, once each, and begins
 * nothing anew. Listeners of others are called as ever, but cannot keep the process alive.
 *
 * @returns a function that takes the handlers away
 * @throws TypeError or RangeError for a bad option
 * @example
 * const { logger } = breakwater({ service: 'orders' });
 * installCrashHandlers({ logger });
 */
export const installCrashHandlers = (options: CrashHandlersOptions): (() => void) => {
  const { logger, ...settings } = readCrashOptions(options);
  const log = createLogger({ logger });
  const crashes: unknown[] = [];

  const crash = (origin: Origin, reason: unknown): void => {
    // With --unhandled-rejections=strict a rejection comes twice, once as an exception.
    if (crashes.length >= MAX_CRASHES || crashes.includes(reason)) return;
    crashes.push(reason);
    const isTaken = writeToLog(log, origin, reason);
    if (!isTaken) writeToStderr(origin, reason);
    if (crashes.length > 1) return;
    void flushLogger(log, settings)
      .then((isFlushed) => {
        // It may stand in both places then: better twice than nowhere.
        if (isTaken && !isFlushed) writeToStderr(origin, reason);
        return endProcess(settings);
      })
      // What is thrown by a function of the app's must not keep the process alive.
      .catch(() => process.exit(settings.exitCode));
  };
  const onException = (error: unknown, origin: Origin): void => crash(origin, error);
  const onRejection = (reason: unknown): void => crash('unhandledRejection', reason);

  process.on('uncaughtException', onException);
  process.on('unhandledRejection', onRejection);
  return () => {
    process.off('uncaughtException', onException);
    process.off('unhandledRejection', onRejection);
  };
};
