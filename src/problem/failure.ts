import type { RequestContext } from '../context/index.ts';
import type { EventHub, RequestFailed } from '../events/index.ts';
import { describeValue, isError, readSafely } from '../kernel/index.ts';
import type { Report } from './report.ts';
import { escapeControls, scrub } from './scrub.ts';

const MAX_WORD = 128;
const MAX_MESSAGE = 2_000;
const MAX_STACK = 8_000;
/** The error and its causes, which may also be a cycle. */
const MAX_ERRORS = 8;

/** Tells whoever listens that a request failed. Never throws. */
export type TellFailure = (event: RequestFailed, record: RequestContext) => void;

/** An error as the line shows it. */
interface ErrorLine {
  readonly type: string | undefined;
  readonly message: string | undefined;
  readonly code: string | number | undefined;
  readonly stack: string | undefined;
  readonly cause: ErrorLine | undefined;
}

const textOf = (error: unknown, key: string, limit: number): string | undefined => {
  const value = readSafely(error, key);
  return typeof value === 'string' ? scrub(value, limit) : undefined;
};

const codeOf = (error: unknown): string | number | undefined => {
  const code = readSafely(error, 'code');
  return typeof code === 'number' ? code : textOf(error, 'code', MAX_WORD);
};

const errorLine = (error: unknown, depth = 1): ErrorLine => {
  // A cause may be anything; what is no error is told by its kind, or quoted and cut.
  const known = isError(error) ? error : { name: typeof error, message: describeValue(error) };
  const cause = readSafely(known, 'cause');
  const ends = cause === undefined || cause === null || depth >= MAX_ERRORS;
  return {
    type: textOf(known, 'name', MAX_WORD),
    message: textOf(known, 'message', MAX_MESSAGE),
    code: codeOf(known),
    stack: textOf(known, 'stack', MAX_STACK),
    cause: ends ? undefined : errorLine(cause, depth + 1),
  };
};

const failureLine = ({ error, status, code }: RequestFailed, record: RequestContext): string => {
  const { requestId, correlationId, traceId, spanId } = record;
  const ids = { requestId, correlationId, traceId, spanId };
  const event = 'http.server.request.exception';
  const line = { level: 'error', event, ...ids, status, code, err: errorLine(error) };
  return `${escapeControls(JSON.stringify(line))}\n`;
};

/**
 * Publishes to the hub; without one it writes one JSON line per technical failure, so that none is lost.
 *
 * @param write where such a line goes
 */
export const createTellFailure =
  (events: EventHub | undefined, report: Report, write: (line: string) => void): TellFailure =>
  (event, record) => {
    try {
      if (events === undefined) {
        if (event.kind === 'technical') write(failureLine(event, record));
      } else if (events.wants('request.failed')) {
        events.publish('request.failed', Object.freeze(event));
      }
    } catch (thrown) {
      report('telling of a failure failed', thrown);
    }
  };
