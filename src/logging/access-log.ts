import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { type Options as PinoHttpOptions, pinoHttp } from 'pino-http';
import { contextOf, cutOf, watchCut, watchTurn } from '../context/index.ts';
import { type OptionsSite, readSafely, toError } from '../kernel/index.ts';
import { pathOf, scrubLine } from '../redaction/index.ts';
import { type AccessLine, createAccessLine, createBareLine, type Ended, type Visit } from './access-line.ts';
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

const SEEN = Symbol.for('express-breakwater.log.started');

/** The lines of one access log: each request has one, at the first asking. */
interface Lines {
  begin(request: object, visit: Visit): void;
  /** The line of a request that has ended; `undefined` where there is none, or it was given out before. */
  take(ended: Omit<Ended, 'visit'>): AccessLine | undefined;
  /** The line that was given out. */
  taken(request: object): AccessLine | undefined;
  /** Whether the news of what an answer was broken off with may still be on its way. */
  isEarly(request: object): boolean;
}

const createLines = (
  lineOf: (ended: Ended) => AccessLine | undefined,
  bareLineOf: (ended: Ended) => AccessLine,
  notes: Notes,
): Lines => {
  const visits = new WeakMap<object, Visit>();
  const lines = new WeakMap<object, AccessLine>();
  const make = (ended: Ended): AccessLine | undefined => {
    try {
      return lineOf(ended);
    } catch {
      return bareLineOf(ended);
    }
  };
  return {
    begin: (request, visit) => visits.set(request, visit),
    taken: (request) => lines.get(request),
    isEarly: (request) => cutOf(request)?.error !== undefined && notes.failureOf(request) === undefined,
    take: (ended) => {
      const visit = visits.get(ended.request);
      if (visit === undefined) return undefined;
      visits.delete(ended.request);
      const line = make({ ...ended, visit });
      if (line !== undefined) lines.set(ended.request, line);
      return line;
    },
  };
};

/** Whether pino-http can read what it reads of a response that ended: nothing guards it there. */
const isReadable = (response: object): boolean => {
  try {
    return [Reflect.get(response, 'err'), Reflect.get(response, 'statusCode')].length > 0;
  } catch {
    return false;
  }
};

/** What pino-http puts into a line by itself is all replaced: it would print headers, query strings and false stacks. */
const pinoHttpOptions = (
  logger: Logger,
  lines: Lines,
  write: (ended: Omit<Ended, 'visit'>) => void,
): PinoHttpOptions => {
  const nothing = (): undefined => undefined;
  const messageOf = (request: IncomingMessage): string => lines.taken(request)?.message ?? '';
  const fieldsOf = (request: IncomingMessage): object => lines.taken(request)?.fields ?? {};
  return {
    logger,
    wrapSerializers: false,
    // pino-http binds the request to a child as it comes in; nothing of it is wanted there.
    serializers: { req: nothing, res: nothing },
    genReqId: (request) => contextOf(request)?.requestId ?? '',
    // Asked first of all.
    customLogLevel: (request, response, error) => {
      if (lines.isEarly(request)) {
        // From Node 22 on pipeline() calls back after "close"; the record of the failure comes from there.
        setImmediate(() => write({ request, response, error }));
        return 'silent';
      }
      const line = lines.take({ request, response, error });
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
  const write = (ended: Omit<Ended, 'visit'>): void => {
    const line = lines.take(ended);
    if (line?.isUntold) printFlight(logger, contextOf(ended.request));
    if (line !== undefined) logger[line.level](line.fields, line.message);
    endFlight(logger, contextOf(ended.request));
  };
  const watch = pinoHttp(pinoHttpOptions(logger, lines, write));
  const warn = createWarn();
  // pino-http waits for events of the response, and one that never got its turn on the socket has none.
  const writeGone = (request: IncomingMessage, response: ServerResponse): void =>
    write({ request, response, closed: true });
  const begin = (request: IncomingMessage, response: ServerResponse): void => {
    Object.defineProperty(request, SEEN, { value: true });
    const record = contextOf(request);
    lines.begin(request, { startedAt: settings.clock.now(), bytes: watchBytes(request, response), record });
    watchCut(request, response);
    watchTurn(request, response, () => writeGone(request, response));
    beginFlight(logger, record);
    writeStart(logger, settings.start, request);
    parts.begin(request);
    watchRoute(request);
    // pino-http leaves a logger that is there; its own would hold what was known when the request came in.
    request.log ??= logger;
    watch(request, response);
    // Behind pino-http's, which prints it. A listener that is not needed is one less for the app, before Node warns of eleven.
    if (hasFlights(logger))
      response.once('close', () => {
        if (!lines.isEarly(request)) endFlight(logger, record);
      });
  };

  return function accessLog(request, response, next) {
    try {
      if (!Object.hasOwn(request, SEEN)) begin(request, response);
    } catch (thrown) {
      warn(thrown);
      response.once('close', () => writeGone(request, response));
    }
    next();
  };
};
