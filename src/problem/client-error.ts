import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createRecord, lifeOf, type Reading, readingOn, runWithContext } from '../context/index.ts';
import { statusCode, statusPhrase } from '../errors/index.ts';
import { type Clock, clockLike, readOptions, readSafely, systemClock } from '../kernel/index.ts';
import type { ProblemAnswer } from './answer.ts';
import { type ProblemIds, toDocument } from './document.ts';
import { baseUriCheck, PROBLEM_DEFAULTS } from './options.ts';
import { recordOf } from './record.ts';
import { createReport } from './report.ts';
import { PROBLEM_JSON } from './representation.ts';
import { respond } from './respond.ts';
import { takeOver } from './silence.ts';

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

const isHalfSent = ({ headersSent, writableEnded }: ServerResponse): boolean => headersSent && !writableEnded;

interface ClientErrorSettings {
  readonly baseUri: string;
  readonly clock: Clock;
}

const answerOf = (status: number): ProblemAnswer => ({
  status,
  code: statusCode(status),
  title: statusPhrase(status),
  detail: undefined,
  extensions: {},
  // Whoever sent it cannot be understood any more.
  headers: { Connection: 'close' },
});

const bodyOf = (answer: ProblemAnswer, ids: ProblemIds, { baseUri }: ClientErrorSettings): string =>
  JSON.stringify(toDocument(answer, { baseUri, instance: undefined, ids }, createReport()));

/** What Node says of a request whose connection closed. */
const brokenOff = (): Error => Object.assign(new Error('aborted'), { code: 'ECONNRESET' });

/**
 * Answers a request that began, in its turn behind those before it: under its own ids in header, body and log. One that
 * was answered before all of it came in has its answer.
 */
const answerRequest = (
  { request, response }: Reading,
  status: number,
  settings: ClientErrorSettings,
): void => {
  if (response.writableEnded) return;
  const answer = answerOf(status);
  const ids = recordOf(request);
  const body = bodyOf(answer, ids, settings);
  runWithContext(ids, () => {
    respond(request, response, answer, { contentType: PROBLEM_JSON, body, negotiated: false }, ids);
    takeOver(response);
    // The rest of it will never come: what its handler does or waits for is in vain. Node tells a handler that reads the
    // body only where it was not answered; earlier than this it would cut the connection.
    lifeOf(ids)?.leave();
    request.socket.once('close', () => runWithContext(ids, () => request.destroy(brokenOff())));
  });
};

/** The answer to what never became a request, under fresh ids. */
const answerBytes = (status: number, settings: ClientErrorSettings): Buffer => {
  const ids = createRecord();
  const answer = answerOf(status);
  const body = Buffer.from(bodyOf(answer, ids, settings));
  const head = [
    `HTTP/1.1 ${status} ${answer.title}`,
    `Content-Type: ${PROBLEM_JSON}`,
    `Content-Length: ${body.length}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `X-Request-ID: ${ids.requestId}`,
    `X-Correlation-ID: ${ids.correlationId}`,
    `Date: ${new Date(settings.clock.wallTime()).toUTCString()}`,
    'Connection: close',
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
};

/** Says the last and cuts the connection if its client does not end it. */
const end = (socket: Duplex, { clock }: ClientErrorSettings, bytes?: Buffer): void => {
  const cancel = clock.setTimer(() => socket.destroy(), LINGER_MS, { background: true });
  socket.once('close', cancel);
  socket.end(bytes);
};

/**
 * Answers what Node could not read as a problem document: a malformed packet (400), one that took too long (408),
 * chunk extensions (413) or headers (431) that are too large. Says nothing where the connection is broken or another
 * answer has begun. The connection ends in any case, and nothing of the packet is repeated.
 *
 * A request that began, and whose body broke off or is malformed, is answered under its own ids where `requestContext()`
 * saw it, behind the answers that are due before its own; its access line says the status. Everything else gets fresh ids.
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
    const reading = readingOn(socket);
    const begun = reading === undefined ? hasBegun(socket) : isHalfSent(reading.response);
    if (status === undefined || !socket.writable || begun) {
      socket.destroy();
      return;
    }
    answered.add(socket);
    if (reading === undefined) {
      end(socket, settings, answerBytes(status, settings));
      return;
    }
    // Node would cut the connection right behind the answer.
    Object.defineProperty(socket, 'destroySoon', { value: () => undefined });
    answerRequest(reading, status, settings);
    if (reading.response.writableFinished) end(socket, settings);
    else reading.response.once('finish', () => end(socket, settings));
  };
};
