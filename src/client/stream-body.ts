import { Readable } from 'node:stream';
import { bindContext } from '../context/index.ts';
import { UpstreamTimeoutError } from '../errors/index.ts';
import { type Clock, linkSignals, onAbort, toError } from '../kernel/index.ts';
import { brokenBody } from './content-coding.ts';
import { type Subject, unreadable } from './errors.ts';

/** One who looks on as a body passes by. */
export interface BodyTap {
  piece(chunk: Uint8Array): void;
  /** All of it came. */
  end(): void;
}

/** A body that is handed over as it comes, and what may end it early. */
export interface StreamSetup {
  readonly subject: Subject;
  readonly status: number;
  readonly source: Readable;
  /** The most bytes that may come; `undefined` for no limit. */
  readonly maxBytes: number | undefined;
  /** Longest wait for the next piece, in milliseconds; `undefined` for no limit. */
  readonly idleMs: number | undefined;
  /** Longest wait for whoever reads, in milliseconds; `undefined` for no limit. */
  readonly unreadMs: number | undefined;
  /** When the time of the request being served is up, on the clock; `undefined` for no limit. */
  readonly deadline: number | undefined;
  /** Those who may give it up: each fails it with its own reason. */
  readonly signals: readonly (AbortSignal | undefined)[];
  readonly clock: Clock;
  readonly tap?: BodyTap | undefined;
  /** The error that the reader sees of one of ours. */
  readonly finalOf: (error: unknown) => unknown;
}

/** A stream under watch. */
export interface WatchedStream {
  readonly stream: Readable;
  /** Resolves when nothing comes any more, and its connection is free or closed. Never rejects. */
  readonly ended: Promise<void>;
}

/** Bytes that wait for their reader before the sender is stopped. */
const BUFFER_BYTES = 64 * 1024;

const timeoutError = (
  { dependency, label }: Subject,
  what: string,
  given: { reason?: string; scope: 'attempt' | 'total' | 'deadline'; timeoutMs: number },
): UpstreamTimeoutError => {
  const message = `The answer to ${label} of "${dependency}" ${what} ${Math.round(given.timeoutMs)} ms`;
  return new UpstreamTimeoutError(message, { dependency, ...given });
};

/** One timer that is set anew at each step. */
const createPatience = (clock: Clock) => {
  let cancel = (): void => undefined;
  return {
    wait: (ms: number | undefined, over: () => void): void => {
      cancel();
      cancel = ms === undefined ? () => undefined : clock.setTimer(over, ms);
    },
    end: (): void => cancel(),
  };
};

/** Fails the stream when somebody gives it up or the request's time is over. @returns a function that ends the watch */
const watchCallers = (setup: StreamSetup, fail: (error: unknown) => void): (() => void) => {
  const { signals, deadline, clock, subject } = setup;
  const link = linkSignals(...signals);
  const stop = (): void => link.dispose();
  if (link.aborted) {
    fail(link.reason);
    return stop;
  }
  onAbort(link, () => fail(link.reason));
  if (deadline === undefined) return stop;
  const timeoutMs = Math.max(0, deadline - clock.now());
  const late = (): void =>
    fail(timeoutError(subject, 'did not end within', { scope: 'deadline', timeoutMs }));
  // Whoever set the deadline has the first word.
  const cancel = clock.setTimer(late, Math.ceil(timeoutMs) + 1);
  return () => {
    cancel();
    stop();
  };
};

/**
 * Hands a body on piece by piece. It fails where no piece comes for `idleMs`, where nobody reads for `unreadMs` while
 * more waits, and where a signal or the deadline ends it; a body that breaks off is an error, never a short success.
 * Destroying the stream closes the connection. Whoever reads late, or never, brings nothing down.
 */
export const watchStream = (setup: StreamSetup): WatchedStream => {
  const { subject, status, source, maxBytes, idleMs, unreadMs, clock, tap, finalOf } = setup;
  const { promise: ended, resolve: markEnded } = createEnd();
  const patience = createPatience(clock);
  const stream = new Readable({
    highWaterMark: BUFFER_BYTES,
    read: () => {
      if (!source.isPaused()) return;
      awaitPiece();
      source.resume();
    },
    destroy: (error, done) => {
      source.destroy();
      done(error);
    },
  });
  // What nobody listens to must not end the process; whoever reads gets the error all the same.
  stream.on('error', () => undefined);

  const fail = (error: unknown): void => {
    // A caller's reason may be anything; a stream hands on whatever it is told but what counts as false.
    stream.destroy((error || toError(error)) as Error);
  };
  const expire = (what: string, reason: string, scope: 'attempt' | 'total', timeoutMs = 0): void =>
    fail(finalOf(timeoutError(subject, what, { reason, scope, timeoutMs })));
  const awaitPiece = (): void =>
    patience.wait(idleMs, () => expire('stopped for', 'idle-timeout', 'attempt', idleMs));
  const awaitReader = (): void =>
    patience.wait(unreadMs, () => expire('was not read for', 'unread-timeout', 'total', unreadMs));

  let size = 0;
  const take = (chunk: Uint8Array): void => {
    size += chunk.byteLength;
    tap?.piece(chunk);
    if (maxBytes !== undefined && size > maxBytes) {
      fail(finalOf(unreadable(subject, status, 'too-large')));
    } else if (stream.push(chunk)) {
      awaitPiece();
    } else {
      source.pause();
      awaitReader();
    }
  };

  const leaveCallers = watchCallers(setup, fail);
  const close = (): void => {
    patience.end();
    leaveCallers();
    markEnded();
    if (!source.readableEnded) fail(finalOf(brokenBody(subject, status)));
  };
  // Pieces come in the context of the connection, which serves any request.
  source.on(
    'end',
    bindContext(() => {
      tap?.end();
      stream.push(null);
    }),
  );
  source.on(
    'error',
    bindContext((thrown) => fail(finalOf(brokenBody(subject, status, thrown)))),
  );
  source.once('close', bindContext(close));
  source.on('data', bindContext(take));
  awaitPiece();
  return { stream, ended };
};

const createEnd = (): { readonly promise: Promise<void>; readonly resolve: () => void } => {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
};
