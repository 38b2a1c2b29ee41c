import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LoggerOptions } from 'pino';
import { type Options as PinoHttpOptions, pinoHttp } from 'pino-http';
import { contextOf, wasCut, watchTurn } from '../context/index.ts';
import { type Clock, clockLike, readOptions, readSafely, systemClock } from '../kernel/index.ts';
import { pathOf } from '../redaction/index.ts';
import { onBehalfOf } from './context-fields.ts';
import {
  createInputReader,
  INPUT_DEFAULTS,
  inputLike,
  type LogInputOptions,
  type ReadInput,
} from './input.ts';
import { createLogger } from './logger.ts';
import { type LoggerLike, logger as loggerCheck } from './options.ts';
import {
  ACCESS_PRIVACY_DEFAULTS,
  type AccessPrivacyOptions,
  accessPrivacyChecks,
  createPartsReader,
  type PartsReader,
} from './privacy/index.ts';
import { routeOf, watchRoute } from './route.ts';

/** Options of `accessLog()`. */
export interface AccessLogOptions extends AccessPrivacyOptions {
  /** The logger of `createLogger()`, or what it takes as `logger`. @default {} a new one, to stdout */
  readonly logger?: LoggerOptions | LoggerLike | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** What of a request's input its line shows where the level of the logger is `debug` or below. @default nothing */
  readonly input?: LogInputOptions | undefined;
}

type Settings = Required<Omit<AccessLogOptions, 'hmac'>> & Pick<AccessLogOptions, 'hmac'>;

/** Defaults of `accessLog()`. */
export const ACCESS_LOG_DEFAULTS: Settings = Object.freeze<Settings>({
  logger: Object.freeze({}),
  clock: systemClock,
  input: INPUT_DEFAULTS,
  ...ACCESS_PRIVACY_DEFAULTS,
});

/** Middleware of either Express major, without the types of one. */
export type AccessLogMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

const STARTED = Symbol.for('express-breakwater.log.started');
const WRITTEN = Symbol.for('express-breakwater.log.written');

/** How a request ended, as its line says it. */
interface Ending {
  readonly status: number;
  readonly code?: string | undefined;
  readonly message: string;
}

const CLIENT_LEFT: Ending = Object.freeze({ status: 499, message: 'client left before the answer' });

const endingOf = (request: IncomingMessage, response: ServerResponse, closed = response.closed): Ending => {
  const status = response.statusCode;
  // It closes the connection as a client that leaves does, but it is ours.
  if (wasCut(request)) return { status, code: 'answer-cut-short', message: 'answer cut short' };
  if (closed && !response.writableFinished) return CLIENT_LEFT;
  return { status, message: 'request completed' };
};

const levelOf = (
  request: IncomingMessage,
  response: ServerResponse,
  error?: unknown,
): 'info' | 'warn' | 'silent' => {
  if (Object.hasOwn(request, WRITTEN)) return 'silent';
  const ending = endingOf(request, response);
  const well = ending.message === 'request completed' && ending.status < 500 && error === undefined;
  return well ? 'info' : 'warn';
};

/** Code, else class, of an error of the response itself. For 5xx pino-http makes one up, which says nothing. */
const codeOf = (error: unknown, status: number): string | undefined => {
  const code = readSafely(error, 'code') ?? (status < 500 ? readSafely(error, 'name') : undefined);
  return typeof code === 'string' ? code : undefined;
};

const messageOf = (request: IncomingMessage, response: ServerResponse): string =>
  endingOf(request, response).message;

const round = (ms: number): number => Math.round(ms * 1_000) / 1_000;

type WriteFields = (
  request: IncomingMessage,
  response: ServerResponse,
  error?: unknown,
  ending?: Ending,
) => object;

const createFields =
  (clock: Clock, readInput: ReadInput, parts: PartsReader): WriteFields =>
  (request, response, error, ending = endingOf(request, response)) => {
    const { status, code = codeOf(error, status) } = ending;
    Object.defineProperty(request, WRITTEN, { value: true });
    return onBehalfOf(contextOf(request), {
      event: 'http.server.request',
      method: request.method,
      path: pathOf(request),
      route: routeOf(request),
      status,
      durationMs: round(clock.now() - Number(readSafely(request, STARTED))),
      code,
      input: readInput(request),
      ...parts.read(request, response),
    });
  };

/** What pino-http puts into a line by itself is all replaced: it would print headers, query strings and false stacks. */
const pinoHttpOptions = (logger: PinoHttpOptions['logger'], fields: WriteFields): PinoHttpOptions => {
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
    customSuccessObject: (request, response) => fields(request, response),
    customErrorObject: (request, response, error) => fields(request, response, error),
  };
};

/**
 * Middleware that writes one line per request when its answer is done, `event: "http.server.request"`, with method, path
 * without query, route template, status and duration, and the network of the client's address; of headers and query what
 * is listed, never a cookie or a body. Level `info`, but `warn`
 * for 5xx, for clients that left (499) and for answers that we broke off (the status that was sent, code
 * `answer-cut-short`): the error itself, with its stack, is the failure record's of `logEvents`.
 *
 * `req.log` is the logger. Mounted twice it writes one line.
 *
 * @throws TypeError for a bad option
 */
export const accessLog = (options?: AccessLogOptions): AccessLogMiddleware => {
  const site = { where: 'accessLog' };
  const checks = { logger: loggerCheck, clock: clockLike, input: inputLike, ...accessPrivacyChecks };
  const read = readOptions<Settings>(site, options, ACCESS_LOG_DEFAULTS, checks);
  const parts = createPartsReader(site, read);
  const logger = createLogger({ logger: read.logger });
  const readInput = createInputReader(site, read.input);
  const readAtDebug: ReadInput = (request) =>
    logger.isLevelEnabled('debug') ? readInput(request) : undefined;
  const fields = createFields(read.clock, readAtDebug, parts);
  const watch = pinoHttp(pinoHttpOptions(logger, fields));
  // pino-http waits for events of the response, and one that never got its turn on the socket has none.
  const writeGone = (request: IncomingMessage, response: ServerResponse): void => {
    if (Object.hasOwn(request, WRITTEN)) return;
    const ending = endingOf(request, response, true);
    logger.warn(fields(request, response, undefined, ending), ending.message);
  };

  return function accessLog(request, response, next) {
    if (!Object.hasOwn(request, STARTED)) {
      Object.defineProperty(request, STARTED, { value: read.clock.now() });
      // pino-http leaves a logger that is there; its own would hold what was known when the request came in.
      request.log ??= logger;
      parts.begin(request);
      watchRoute(request);
      watch(request, response);
      watchTurn(request, response, () => writeGone(request, response));
    }
    next();
  };
};
