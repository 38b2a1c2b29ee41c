import type { Duplex } from 'node:stream';
import { createRecord } from '../context/index.ts';
import { statusCode, statusPhrase } from '../errors/index.ts';
import { type Clock, clockLike, readOptions, readSafely, systemClock } from '../kernel/index.ts';
import { toDocument } from './document.ts';
import { baseUriCheck, PROBLEM_DEFAULTS } from './options.ts';
import { createReport } from './report.ts';
import { PROBLEM_JSON } from './representation.ts';

/** Options of `clientErrorHandler()`. */
export interface ClientErrorOptions {
  /**
   * What stands before the code in `type`: a URI reference that ends with one of `/ # : = ?`.
   * @default '/problems/'
   */
  readonly baseUri?: string | undefined;
  /** Time, for `Date` and for how long a client may take to read its answer. @default the machine's clock */
  readonly clock?: Clock | undefined;
}

/** A listener for `clientError` of a server of `node:http` or `node:https`. */
export type ClientErrorHandler = (error: Error, socket: Duplex) => void;

const CLIENT_ERROR_DEFAULTS = Object.freeze({ baseUri: PROBLEM_DEFAULTS.baseUri, clock: systemClock });

/** As long as a client may go on sending before its connection is cut: a reset at once could lose it the answer. */
const LINGER_MS = 1_000;

const STATUSES: ReadonlyMap<unknown, number> = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['HPE_HEADER_OVERFLOW', 431],
]);

/** The status for what Node found wrong with the packet; nothing where the connection itself broke. */
const statusOf = (error: unknown): number | undefined => {
  const code = readSafely(error, 'code');
  return STATUSES.get(code) ?? (typeof code === 'string' && code.startsWith('HPE_') ? 400 : undefined);
};

/** Whether bytes of a response are on their way already: others after them would be taken for a part of it. */
const hasBegun = (socket: Duplex): boolean =>
  // Node keeps the response in progress there, and decides by it when nobody listens.
  readSafely(readSafely(socket, '_httpMessage'), 'headersSent') === true;

const answerBytes = (status: number, { baseUri, clock }: { baseUri: string; clock: Clock }): Buffer => {
  const ids = createRecord();
  const title = statusPhrase(status);
  const answer = { status, code: statusCode(status), title, detail: undefined, extensions: {}, headers: {} };
  const document = toDocument(answer, { baseUri, instance: undefined, ids }, createReport());
  const body = Buffer.from(JSON.stringify(document));
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    `Content-Type: ${PROBLEM_JSON}`,
    `Content-Length: ${body.length}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `X-Request-ID: ${ids.requestId}`,
    `X-Correlation-ID: ${ids.correlationId}`,
    `Date: ${new Date(clock.wallTime()).toUTCString()}`,
    'Connection: close',
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
};

/**
 * Answers what never became a request as a problem document: a malformed packet (400), one that took too long (408),
 * chunk extensions (413) or headers (431) that are too large. Says nothing where the connection is broken or another
 * answer has begun. The connection ends in any case, and nothing of the packet is repeated.
 *
 * @throws TypeError or RangeError for an option that is unknown or wrong
 * @example
 * const server = app.listen(3000);
 * server.on('clientError', clientErrorHandler());
 * @see https://nodejs.org/api/http.html#event-clienterror
 */
export const clientErrorHandler = (options?: ClientErrorOptions): ClientErrorHandler => {
  const settings = readOptions({ where: 'clientErrorHandler' }, options, CLIENT_ERROR_DEFAULTS, {
    baseUri: baseUriCheck,
    clock: clockLike,
  });
  const answered = new WeakSet<Duplex>();
  return function clientErrorHandler(error, socket) {
    // Node tells again of every packet that a client sends while its answer is on the way.
    if (answered.has(socket)) return;
    const status = statusOf(error);
    if (status === undefined || !socket.writable || hasBegun(socket)) {
      socket.destroy();
      return;
    }
    answered.add(socket);
    const cancel = settings.clock.setTimer(() => socket.destroy(), LINGER_MS, { background: true });
    socket.once('close', cancel);
    socket.end(answerBytes(status, settings));
  };
};
