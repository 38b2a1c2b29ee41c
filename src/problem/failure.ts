import type { RequestContext } from '../context/index.ts';
import type { EventHub, RequestFailed } from '../events/index.ts';
import { readSafely } from '../kernel/index.ts';
import type { Report } from './report.ts';

const MAX_MESSAGE = 2_000;
const MAX_STACK = 8_000;

/** Tells whoever listens that a request failed. Never throws. */
export type TellFailure = (event: RequestFailed, record: RequestContext) => void;

const textOf = (error: Error, key: string, limit: number): string | undefined => {
  const value = readSafely(error, key);
  return typeof value === 'string' ? value.slice(0, limit) : undefined;
};

const failureLine = ({ error, status, code }: RequestFailed, record: RequestContext): string => {
  const { requestId, correlationId, traceId, spanId } = record;
  const err = {
    type: textOf(error, 'name', MAX_MESSAGE),
    message: textOf(error, 'message', MAX_MESSAGE),
    stack: textOf(error, 'stack', MAX_STACK),
  };
  const event = 'http.server.request.exception';
  return `${JSON.stringify({ level: 'error', event, requestId, correlationId, traceId, spanId, status, code, err })}\n`;
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
