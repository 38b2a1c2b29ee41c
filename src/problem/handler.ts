import type { IncomingMessage, ServerResponse } from 'node:http';
import { markCut, type RequestContext, wasCut } from '../context/index.ts';
import { isErrorStatus, statusCode, statusPhrase } from '../errors/index.ts';
import { toError } from '../kernel/index.ts';
import { classify } from './classify.ts';
import { connectionState, isClientGoneReason } from './connection.ts';
import { type ProblemIds, toDocument } from './document.ts';
import { createTellFailure, createTellLate } from './failure.ts';
import { instanceOf } from './instance.ts';
import { asProblemHandler } from './marks.ts';
import { type ProblemOptions, type ProblemSettings, readProblemOptions } from './options.ts';
import { recordOf } from './record.ts';
import { createReport, type Report } from './report.ts';
import { represent } from './representation.ts';
import { respond, respondFallback } from './respond.ts';
import { isOver } from './silence.ts';

/** An error middleware, as both majors of Express take it. */
export type ErrorHandler = (
  error: unknown,
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** What became of a failed request. */
interface Verdict {
  readonly status: number;
  readonly code: string;
}

const CLIENT_CLOSED: Verdict = Object.freeze({ status: 499, code: 'client-closed' });
const UNEXPECTED: Verdict = Object.freeze({ status: 500, code: statusCode(500) });

/** The whole way from an error to the answer, or to the end of a connection that can carry none. */
const settle = (
  error: Error,
  req: IncomingMessage,
  res: ServerResponse,
  { record, settings, report }: { record: RequestContext; settings: ProblemSettings; report: Report },
): Verdict => {
  const state = connectionState(req, res);
  if (state === 'gone' || (state !== 'complete' && !wasCut(req) && isClientGoneReason(error, record))) {
    res.destroy();
    return CLIENT_CLOSED;
  }
  const { mapErrors, inheritStatus } = settings;
  const unexpectedStatus = inheritStatus && isErrorStatus(res.statusCode) ? res.statusCode : 500;
  const isOpen = state === 'open';
  const isThere = state !== 'complete';
  const answer = classify(error, mapErrors, report, { req, unexpectedStatus, isThere });
  if (isOpen) {
    const ids: ProblemIds = record;
    const instance = instanceOf(settings.instance, req, record.requestId, report);
    const document = toDocument(answer, { baseUri: settings.baseUri, instance, ids }, report);
    respond(req, res, answer, represent(req, document, settings, report), ids);
  }
  // Half an answer cannot be taken back: only a broken connection tells the client that it is not the whole.
  if (state === 'started') {
    markCut(req);
    res.destroy();
  }
  return answer;
};

const fallbackBody = (baseUri: string): string => {
  const code = statusCode(500);
  return JSON.stringify({ type: `${baseUri}${code}`, title: statusPhrase(500), status: 500, code });
};

/**
 * The final error handler: answers every error as a problem document (RFC 9457), exactly once, and tells the hub of it.
 * Mount it last; it never calls `next`, never throws and leaves no request without an end.
 *
 * @throws TypeError or RangeError for an option that is unknown or wrong
 * @example
 * app.use(notFound());
 * app.use(problemHandler({ baseUri: 'https://errors.example.com/' }));
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export const problemHandler = (options?: ProblemOptions): ErrorHandler => {
  const settings = readProblemOptions(options);
  const report = createReport();
  const tell = createTellFailure(settings.events, report, (line) => process.stderr.write(line));
  const tellLate = createTellLate(settings.events, report);
  const fallback = fallbackBody(settings.baseUri);
  // On the response itself: the collector goes through a WeakSet of young responses each time it runs.
  const ANSWERED = Symbol('answered');

  const answerOnce = (thrown: unknown, req: IncomingMessage, res: ServerResponse): void => {
    const error = toError(thrown);
    const record = recordOf(req);
    let verdict = UNEXPECTED;
    try {
      verdict = settle(error, req, res, { record, settings, report });
    } catch (failure) {
      report('answering failed', failure);
      respondFallback(req, res, fallback);
    }
    const kind = verdict.status >= 500 ? 'technical' : 'business';
    tell({ request: req, error, status: verdict.status, code: verdict.code, kind }, record);
  };

  // Express knows an error handler by its four parameters.
  return asProblemHandler<ErrorHandler>(function problemHandler(thrown, req, res, _next) {
    if (isOver(res)) {
      tellLate(thrown, req);
      return;
    }
    if (Object.hasOwn(res, ANSWERED)) {
      report('a second error of one request was not answered', thrown);
      return;
    }
    Reflect.defineProperty(res, ANSWERED, { value: true });
    answerOnce(thrown, req, res);
  });
};
