import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  contextOf,
  lifeOf,
  type RequestContext,
  requestContext,
  runWithContext,
  watchTurn,
} from '../context/index.ts';
import { UpstreamTimeoutError } from '../errors/index.ts';
import { problemHandlerOf } from './app-handler.ts';
import { connectionState } from './connection.ts';
import { type ErrorHandler, problemHandler } from './handler.ts';
import type { Handler } from './not-found.ts';
import {
  type RequestDeadlineOptions,
  type RequestDeadlineSettings,
  readRequestDeadlineOptions,
} from './request-deadline-options.ts';

import { claim, takeOver } from './silence.ts';

const DIGITS = /^\d{1,10}$/;

/** What the caller asks for, in milliseconds. Node joins a header that was sent twice with a comma, which is no number. */
const askedMs = (req: IncomingMessage, header: string | undefined): number => {
  const value = header === undefined ? undefined : req.headers[header];
  const ms = typeof value === 'string' && DIGITS.test(value) ? Number(value) : 0;
  return ms > 0 ? ms : Number.POSITIVE_INFINITY;
};

const timeUp = (ms: number): UpstreamTimeoutError =>
  new UpstreamTimeoutError(`The request was not answered within ${ms} ms`, {
    scope: 'deadline',
    timeoutMs: ms,
  });

// Kept from before a test runner puts a fake in its place: nobody would ever fire that.
const immediately = setImmediate;

/** Answers in the handler's place, and sees to it that nothing which that one still does reaches the client. */
const answerFor = (req: IncomingMessage, res: ServerResponse, answer: ErrorHandler, error: Error): void => {
  // An error handler that cannot go on; whatever it was handed, it ends here.
  answer(error, req, res, () => undefined);
  takeOver(res);
};

/** Stops the timer on every exit; a response that never got its turn on the socket has no exit of its own. */
const stopAtEnd = (req: IncomingMessage, res: ServerResponse, cancel: () => void): void => {
  res.once('close', cancel);
  watchTurn(req, res, cancel);
};

const arm = (
  req: IncomingMessage,
  res: ServerResponse,
  record: RequestContext,
  { ms: ownMs, header, problemHandler: given, clock }: RequestDeadlineSettings,
  fallback: ErrorHandler,
): void => {
  const ms = Math.min(ownMs, askedMs(req, header));
  const life = lifeOf(record);
  const expire = (): void => {
    const state = connectionState(req, res);
    // It ended in this very moment: nobody waits for anything any more.
    if (state === 'complete' || state === 'gone') return;
    const error = timeUp(ms);
    const giveBack = state === 'open' ? claim(res) : undefined;
    life?.expire(error);
    if (giveBack === undefined) return;
    // Calls that end with the signal do so before, so that the answer's lines and span can tell of them.
    immediately(() => {
      const now = connectionState(req, res);
      if (now === 'complete' || now === 'gone') return;
      giveBack();
      if (now === 'open') answerFor(req, res, given ?? problemHandlerOf(req) ?? fallback, error);
    });
  };
  const cancel = clock.setTimer(() => runWithContext(record, expire), ms, { background: true });
  // Read once the timer runs: whoever keeps to the deadline by a timer of its own shall come after this one.
  if (life?.shorten(clock.now() + ms) === false) cancel();
  else stopAtEnd(req, res, cancel);
};

/**
 * Middleware that gives each request so much time, from where it stands. When that is up, the signal of the request's
 * context aborts with an `UpstreamTimeoutError` of scope `deadline`, which ends outbound calls, and then, unless an answer
 * had begun, the `problemHandler()` of the app answers 504 `dependency-timeout`. What the handler does with the response
 * from the abort on changes nothing; what it fails with is published as `request.late`.
 *
 * For the whole app or for a route; of several the earliest deadline holds. Mount it behind `requestContext()`: where
 * there is none the request gets a context here, with ids of our own.
 *
 * @throws TypeError or RangeError for an option that is unknown, missing or wrong
 * @example
 * app.use(requestContext(), requestDeadline({ ms: 10_000, header: true }));
 * app.get('/report', requestDeadline({ ms: 2_000 }), report);
 */
export const requestDeadline = (options: RequestDeadlineOptions): Handler => {
  const settings = readRequestDeadlineOptions(options);
  const fallback = problemHandler();
  const enter = requestContext({ trust: 'never' });

  return function requestDeadline(req, res, next) {
    enter(req, res, () => {
      const record = contextOf(req);
      if (record !== undefined) arm(req, res, record, settings, fallback);
      next();
    });
  };
};
