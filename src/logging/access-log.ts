import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { type Options as PinoHttpOptions, pinoHttp } from 'pino-http';
import { contextOf, cutOf, watchCut, watchTurn } from '../context/index.ts';
import { type OptionsSite, readSafely, toError } from '../kernel/index.ts';
import { pathOf, scrubLine } from '../redaction/index.ts';
import { type AccessLine, createAccessLine, createBareLine, type Ended, Visit } from './access-line.ts';
import { type AccessLogOptions, type AccessLogSettings, readAccessLogOptions } from './access-options.ts';
import { watchBytes } from './bytes.ts';
import { onBehalfOf } from './context-fields.ts';
import { beginFlight, endFlight, hasFlights, isTaken, printFlight } from './flight-recorder.ts';
import { createInputReader } from './input.ts';
import { createLogger } from './logger.ts';
import { methodOf } from './method.ts';
import { createNotes, type Notes } from './notes.ts';
import { createPartsReader, type PartsReader } from './privacy/index.ts';
import { watchRoute } from './route.ts';
import { createSampler } from './sample.ts';

/** Middleware of either Express major, without the types of one. */
export type AccessLogMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

const VISIT = Symbol.for('express-breakwater.log.visit');

/** What is known of a request from its beginning on; `undefined` where no access log has seen it. */
const visitOf = (request: object): Visit | undefined =>
  // Only beginVisit writes under this symbol; the request may be a proxy.
  readSafely(request, VISIT) as Visit | undefined;

const beginVisit = (request: object, visit: Visit): Visit => {
  // Not by an assignment: a copy of the request would have it too.
  Object.defineProperty(request, VISIT, { value: visit });
  return visit;
};

/** The lines of one access log: each request has one, at the first asking. */
interface Lines {
  /** The line of a request that has ended; `undefined` where there is none, or it was given out before. */
  take(
    request: IncomingMessage,
    response: ServerResponse,
    error: unknown,
    closed?: boolean,
  ): AccessLine | undefined;
  /** Whether the news of what an answer was broken off with may still be on its way. */
  isEarly(request: object): boolean;
}

const createLines = (
  lineOf: (ended: Ended) => AccessLine | undefined,
  bareLineOf: (ended: Ended) => AccessLine,
  notes: Notes,
): Lines => {
  const make = (ended: Ended): AccessLine | undefined => {
    try {
      return lineOf(ended);
    } catch {
      return bareLineOf(ended);
    }
  };
  return {
    isEarly: (request) => cutOf(request)?.error !== undefined && notes.failureOf(request) === undefined,
    take: (request, response, error, closed) => {
      const visit = visitOf(request);
      if (visit === undefined || visit.isTold) return undefined;
      visit.isTold = true;
      visit.line = make({ request, response, visit, error, closed });
      return visit.line;
    },
  };
};

/** Whether pino-http can read what it reads of a response that ended: nothing guards it there. */
const isReadable = (response: object): boolean => {
  try {
    const { err: _err, statusCode: _status } = response as { err?: unknown; statusCode?: unknown };
    return true;
  } catch {
    return false;
  }
};

/**
 * The logger as pino-http has it: each request gets the logger itself, not a child that the request is bound to. Nothing of
 * the request is wanted there, and a child costs 8 µs (Node 24).
 */
const withoutChildren = (logger: Logger): Logger =>
  Object.create(logger, {
    child: {
      // At its own creation pino-http asks for a child with its options, and from then on for one of that.
      value(this: Logger, _bindings: object, options?: object): Logger {
        return options === undefined ? logger : this;
      },
    },
  });

/** Writes the line of a request that has ended. */
type Write = (request: IncomingMessage, response: ServerResponse, error?: unknown, closed?: boolean) => void;

/** What pino-http puts into a line by itself is all replaced: it would print headers, query strings and false stacks. */
const pinoHttpOptions = (logger: Logger, lines: Lines, write: Write): PinoHttpOptions => {
  const messageOf = (request: IncomingMessage): string => visitOf(request)?.line?.message ?? '';
  const fieldsOf = (request: IncomingMessage): object => visitOf(request)?.line?.fields ?? {};
  return {
    logger: withoutChildren(logger),
    wrapSerializers: false,
    genReqId: (request) => contextOf(request)?.requestId ?? '',
    // Asked first of all.
    customLogLevel: (request, response, error) => {
      if (lines.isEarly(request)) {
        // From Node 22 on pipeline() calls back after "close"; the record of the failure comes from there.
        setImmediate(() => write(request, response, error));
        return 'silent';
      }
      const line = lines.take(request, response, error);
      if (line === undefined) return 'silent';
      if (line.isUntold) printFlight(logger, contextOf(request));
      if (isReadable(response)) return line.level;
      logger[line.level](line.fields, line.message);
      return 'silent';
    },
    customSuccessMessage: messageOf,
    customErrorMessage: messageOf,
    customSuccessObject: fieldsOf,
    customErrorObject: fieldsOf,
  };
};

const linesOf = (
  settings: AccessLogSettings,
  site: OptionsSite,
  logger: Logger,
  parts: PartsReader,
): Lines => {
  const { clock, events, input, slowRequestMs, sample } = settings;
  const read = createInputReader(site, input);
  const notes = createNotes(events);
  const lineOf = createAccessLine({
    clock,
    slowRequestMs,
    notes,
    sampler: createSampler(site, sample),
    parts,
    readInput: (request) => (logger.isLevelEnabled('debug') ? read(request) : undefined),
  });
  return createLines(lineOf, createBareLine(clock), notes);
};

const writeStart = (logger: Logger, level: AccessLogSettings['start'], request: IncomingMessage): void => {
  if (level === false || !isTaken(logger, level)) return;
  const fields = { event: 'http.server.request.started', method: methodOf(request), path: pathOf(request) };
  logger[level](onBehalfOf(contextOf(request), fields), 'request started');
};

/** Told once: whatever makes one request impossible to watch does so with others. */
const createWarn = (): ((thrown: unknown) => void) => {
  let warned = false;
  return (thrown) => {
    if (warned) return;
    warned = true;
    const message = scrubLine(String(readSafely(toError(thrown), 'message')));
    process.emitWarning(`accessLog: a request could not be watched (told once): ${message}`, {
      code: 'BREAKWATER_LOG',
    });
  };
};

/**
 * Middleware that writes one line per request when its answer is done, `event: "http.server.request"`, with method, path
 * without query, route template, status, outcome, duration, bytes and the network of the client's address; of headers and
 * query what is listed, never a cookie or a body. Level `info`, but `warn` for technical errors, for slow requests, for clients that left (499) and for answers that we broke
 * off (the status that was sent, code `answer-cut-short`): the error itself, with its stack, is the failure record's of
 * `logEvents`; where that has none, as of a `res.destroy(error)`, the line has it as `err`, at level `error`.
 *
 * `req.log` is the logger. Mounted twice it writes one line. It never throws, whatever request and response are like.
 *
 * @throws TypeError or RangeError for a bad option
 * @example
 * app.use(requestContext(), accessLog({ logger, events, slowRequestMs: 1_000 }));
 */
export const accessLog = (options?: AccessLogOptions): AccessLogMiddleware => {
  const site = { where: 'accessLog' };
  const settings = readAccessLogOptions(site, options);
  const logger = createLogger({ logger: settings.logger });
  const parts = createPartsReader(site, settings);
  const lines = linesOf(settings, site, logger, parts);
  const write: Write = (request, response, error, closed) => {
    const line = lines.take(request, response, error, closed);
    if (line?.isUntold) printFlight(logger, contextOf(request));
    if (line !== undefined) logger[line.level](line.fields, line.message);
    endFlight(logger, contextOf(request));
  };
  const watch = pinoHttp(pinoHttpOptions(logger, lines, write));
  const warn = createWarn();
  const keepsFlights = hasFlights(logger);
  // pino-http waits for events of the response, and one that never got its turn on the socket has none.
  const writeGone = (request: IncomingMessage, response: ServerResponse): void =>
    write(request, response, undefined, true);
  const begin = (request: IncomingMessage, response: ServerResponse): void => {
    const record = contextOf(request);
    const visit = beginVisit(request, new Visit(settings.clock.now(), record));
    visit.count = watchBytes(response);
    watchCut(request, response);
    watchTurn(request, response, () => writeGone(request, response));
    if (keepsFlights) beginFlight(logger, record);
    writeStart(logger, settings.start, request);
    visit.address = parts.addressOf(request);
    watchRoute(request);
    // pino-http leaves a logger that is there; its own would hold what was known when the request came in.
    request.log ??= logger;
    watch(request, response);
    // Behind pino-http's, which prints it. A listener that is not needed is one less for the app, before Node warns of eleven.
    if (keepsFlights)
      response.once('close', () => {
        if (!lines.isEarly(request)) endFlight(logger, record);
      });
  };

  return function accessLog(request, response, next) {
    try {
      if (!Object.hasOwn(request, VISIT)) begin(request, response);
    } catch (thrown) {
      warn(thrown);
      response.once('close', () => writeGone(request, response));
    }
    next();
  };
};
