import { contextOf, type RequestContext } from '../context/index.ts';
import type { EventHub, RequestFailed } from '../events/index.ts';
import { describeError } from '../redaction/index.ts';
import type { Report } from './report.ts';

/** Tells whoever listens that a request failed. Never throws. */
export type TellFailure = (event: RequestFailed, record: RequestContext) => void;

const failureLine = ({ error, status, code }: RequestFailed, record: RequestContext): string => {
  const { requestId, correlationId, traceId, spanId } = record;
  const ids = { requestId, correlationId, traceId, spanId };
  const event = 'http.server.request.exception';
  const line = { level: 'error', event, ...ids, status, code, err: describeError(error) };
  // Its texts are on one line already.
  return `${JSON.stringify(line)}\n`;
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

/**
 * Publishes what a handler failed with after its request was answered for it. That the time was up is no news. Without a
 * hub nobody hears of it: it is too late for everybody. Never throws.
 */
export const createTellLate =
  (events: EventHub | undefined, report: Report) =>
  (error: unknown, request: object): void => {
    try {
      if (!events?.wants('request.late') || contextOf(request)?.signal.reason === error) return;
      events.publish('request.late', Object.freeze({ request, error }));
    } catch (thrown) {
      report('telling of a late failure failed', thrown);
    }
  };
