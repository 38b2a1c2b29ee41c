import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LoggerOptions } from 'pino';
import { type Options as PinoHttpOptions, pinoHttp } from 'pino-http';
import { contextOf } from '../context/index.ts';
import { type Clock, clockLike, readOptions, readSafely, systemClock } from '../kernel/index.ts';
import { onBehalfOf } from './context-fields.ts';
import { createLogger } from './logger.ts';
import { type LoggerLike, logger as loggerCheck } from './options.ts';
import { routeOf, watchRoute } from './route.ts';
import { pathOf } from './serializers.ts';

/** Options of `accessLog()`. */
export interface AccessLogOptions {
  /** The logger of `createLogger()`, or what it takes as `logger`. @default {} a new one, to stdout */
  readonly logger?: LoggerOptions | LoggerLike | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
}

/** Defaults of `accessLog()`. */
export const ACCESS_LOG_DEFAULTS: Required<AccessLogOptions> = Object.freeze<Required<AccessLogOptions>>({
  logger: Object.freeze({}),
  clock: systemClock,
});

/** Middleware of either Express major, without the types of one. */
export type AccessLogMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

const STARTED = Symbol.for('express-breakwater.log.started');

const CLIENT_CLOSED = 499;

/** Status of the line: what was answered, or 499 for a client that left before it had the answer. */
const statusOf = (response: ServerResponse): number =>
  response.closed && !response.writableFinished ? CLIENT_CLOSED : response.statusCode;

const levelOf = (_request: unknown, response: ServerResponse, error?: unknown): 'info' | 'warn' => {
  const status = statusOf(response);
  return status === CLIENT_CLOSED || status >= 500 || error !== undefined ? 'warn' : 'info';
};

/** Code, else class, of an error of the response itself. For 5xx pino-http makes one up, which says nothing. */
const codeOf = (error: unknown, status: number): string | undefined => {
  const code = readSafely(error, 'code') ?? (status < 500 ? readSafely(error, 'name') : undefined);
  return typeof code === 'string' ? code : undefined;
};

const messageOf = (_request: unknown, response: ServerResponse): string =>
  statusOf(response) === CLIENT_CLOSED ? 'client left before the answer' : 'request completed';

const round = (ms: number): number => Math.round(ms * 1_000) / 1_000;

const createLine =
  (clock: Clock) =>
  (request: IncomingMessage, response: ServerResponse, error?: unknown): object => {
    const status = statusOf(response);
    return onBehalfOf(contextOf(request), {
      event: 'http.server.request',
      method: request.method,
      path: pathOf(request),
      route: routeOf(request),
      status,
      durationMs: round(clock.now() - Number(readSafely(request, STARTED))),
      code: codeOf(error, status),
    });
  };

/** What pino-http puts into a line by itself is all replaced: it would print headers, query strings and false stacks. */
const pinoHttpOptions = (logger: PinoHttpOptions['logger'], clock: Clock): PinoHttpOptions => {
  const line = createLine(clock);
  const nothing = (): undefined => undefined;
  return {
    logger,
    wrapSerializers: false,
    // pino-http binds the request to a child as it comes in; nothing of it is wanted there.
    serializers: { req: nothing, res: nothing },
    genReqId: (request) => contextOf(request)?.requestId ?? '',
    customLogLevel: levelOf,
    customSuccessMessage: messageOf,
    customErrorMessage: messageOf,
    customSuccessObject: (request, response) => line(request, response),
    customErrorObject: (request, response, error) => line(request, response, error),
  };
};

/**
 * Middleware that writes one line per request when its answer is done, `event: "http.server.request"`, with method, path
 * without query, route template, status and duration; no header, cookie, query string or body. Level `info`, but `warn`
 * for 5xx and for clients that left (499): the error itself, with its stack, is the failure record's of `logEvents`.
 *
 * `req.log` is the logger. Mounted twice it writes one line.
 *
 * @throws TypeError for a bad option
 */
export const accessLog = (options?: AccessLogOptions): AccessLogMiddleware => {
  const read = readOptions({ where: 'accessLog' }, options, ACCESS_LOG_DEFAULTS, {
    logger: loggerCheck,
    clock: clockLike,
  });
  const logger = createLogger({ logger: read.logger });
  const watch = pinoHttp(pinoHttpOptions(logger, read.clock));

  return function accessLog(request, response, next) {
    if (!Object.hasOwn(request, STARTED)) {
      Object.defineProperty(request, STARTED, { value: read.clock.now() });
      // pino-http leaves a logger that is there; its own would hold what was known when the request came in.
      request.log ??= logger;
      watchRoute(request);
      watch(request, response);
    }
    next();
  };
};
