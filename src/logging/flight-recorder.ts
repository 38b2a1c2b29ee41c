import type { Logger } from 'pino';
import type { RequestContext } from '../context/index.ts';
import {
  brandSymbol,
  integer,
  nestedSite,
  readOptions,
  readSafely,
  rejectOption,
  text,
} from '../kernel/index.ts';
import { recordOfLine } from './context-fields.ts';
import { RECORDED } from './line.ts';
import { pinoSymbol, readPino, setPino } from './pino-symbols.ts';

/** Options of the flight recorder. */
export interface FlightRecorderOptions {
  /** The most lines that are kept for a request; the latest stay. @default 50 */
  readonly maxLines?: number | undefined;
  /** The most characters of lines that are kept for a request. @default 65_536 */
  readonly maxChars?: number | undefined;
  /** The most requests of which lines are kept at a time. @default 1_000 */
  readonly maxRequests?: number | undefined;
  /** The lowest level of lines that are kept. @default 'debug' */
  readonly level?: string | undefined;
}

/** Defaults of the flight recorder. */
export const FLIGHT_RECORDER_DEFAULTS: Required<FlightRecorderOptions> = Object.freeze<
  Required<FlightRecorderOptions>
>({ maxLines: 50, maxChars: 65_536, maxRequests: 1_000, level: 'debug' });

const SITE = nestedSite({ where: 'createLogger' }, 'flightRecorder');

/** @throws TypeError or RangeError for a bad option */
export const readFlightRecorderOptions = (
  given: FlightRecorderOptions,
): Readonly<Required<FlightRecorderOptions>> =>
  readOptions(SITE, given, FLIGHT_RECORDER_DEFAULTS, {
    maxLines: integer(1),
    maxChars: integer(1),
    maxRequests: integer(1),
    level: text,
  });

interface KeptLine {
  readonly text: string;
  readonly level: number;
}

interface Flight {
  readonly lines: KeptLine[];
  chars: number;
}

interface Flights {
  /** Lines of a request are kept from now on. */
  begin(record: RequestContext): void;
  has(record: RequestContext): boolean;
  keep(record: RequestContext, line: KeptLine): void;
  /** The lines of a request, which are forgotten. */
  take(record: RequestContext): readonly KeptLine[];
  /** Nothing more is kept for a request. */
  end(record: RequestContext): void;
}

const FLIGHTS = brandSymbol('logger.flights');
const METADATA = Symbol.for('pino.metadata');

const empty = (flight: Flight): readonly KeptLine[] => {
  flight.chars = 0;
  return flight.lines.splice(0);
};

/** Lines by request, while it is under way; they go as it ends, or as younger ones need their room. */
const createFlights = ({ maxLines, maxChars, maxRequests }: Required<FlightRecorderOptions>): Flights => {
  // By the bag of the record, which all records share that are made of one.
  const flights = new WeakMap<object, Flight>();
  // Those with lines, in the order in which they got their first.
  const laden = new Set<Flight>();
  const load = (flight: Flight): void => {
    laden.add(flight);
    const [oldest] = laden;
    if (laden.size <= maxRequests || oldest === undefined) return;
    laden.delete(oldest);
    empty(oldest);
  };
  const unload = ({ fields }: RequestContext): readonly KeptLine[] => {
    const flight = flights.get(fields);
    if (flight === undefined) return [];
    laden.delete(flight);
    return empty(flight);
  };
  return {
    begin: ({ fields }) => {
      if (!flights.has(fields)) flights.set(fields, { lines: [], chars: 0 });
    },
    has: ({ fields }) => flights.has(fields),
    keep: ({ fields }, line) => {
      const flight = flights.get(fields);
      if (flight === undefined || line.text.length > maxChars) return;
      if (!laden.has(flight)) load(flight);
      flight.lines.push(line);
      flight.chars += line.text.length;
      while (flight.lines.length > maxLines || flight.chars > maxChars)
        flight.chars -= flight.lines.shift()?.text.length ?? 0;
    },
    take: unload,
    end: (record) => {
      unload(record);
      flights.delete(record.fields);
    },
  };
};

/** Methods of levels that write although the logger would not. */
const createLoud = (logger: Logger, level: string): Logger => {
  if (!Object.hasOwn(logger.levels.values, level)) {
    const expects = `one of ${Object.keys(logger.levels.values).join(', ')}`;
    rejectOption(SITE, 'level', expects, level);
  }
  const loud: Logger = Object.create(logger);
  loud.level = level;
  return loud;
};

/** Makes methods of levels that keep their line, as text, for the request on whose behalf it is written. */
const createRecordings = (stream: symbol, flights: Flights) => {
  // A view of each logger, made once: making one costs more than writing a line.
  const views = new WeakMap<Logger, Logger>();
  let current: { readonly record: RequestContext; readonly level: number } | undefined;
  const sink = {
    write: (line: string): void => {
      if (current !== undefined) flights.keep(current.record, { text: line, level: current.level });
    },
  };
  const viewOf = (of: Logger): Logger => {
    const known = views.get(of);
    if (known !== undefined) return known;
    const view: Logger = Object.create(of, { [stream]: { value: sink }, [RECORDED]: { value: true } });
    views.set(of, view);
    return view;
  };
  return (write: unknown, level: number) =>
    function recordLine(this: Logger, ...args: unknown[]): void {
      const record = recordOfLine(args[0]);
      // Made in vain otherwise.
      if (record === undefined || !flights.has(record) || typeof write !== 'function') return;
      // What is logged may log in its turn.
      const before = current;
      current = { record, level };
      try {
        // The line is made as it would be now: what is logged may change until it is printed, and holds memory.
        Reflect.apply(write, viewOf(this), args);
      } finally {
        current = before;
      }
    };
};

/**
 * Lets a logger keep the lines that its level drops, in a small ring per request.
 *
 * @throws RangeError for a level that the logger does not know
 */
export const recordFlights = (logger: Logger, options: FlightRecorderOptions): void => {
  const read = readFlightRecorderOptions(options);
  const loud = createLoud(logger, read.level);
  const stream = pinoSymbol(logger, 'pino.stream');
  const setLevel = readPino(logger, 'pino.setLevel');
  if (stream === undefined || typeof setLevel !== 'function') return;
  const flights = createFlights(read);
  const createRecording = createRecordings(stream, flights);
  const recordings = Object.entries(logger.levels.values)
    .filter(([name]) => loud.isLevelEnabled(name))
    .map(([name, level]) => ({
      name,
      record: createRecording(Reflect.get(loud, name), level),
    }));
  // pino makes the methods of a logger anew each time its level is set.
  setPino(logger, 'pino.setLevel', function (this: Logger, level: unknown): void {
    Reflect.apply(setLevel, this, [level]);
    if (this.level === 'silent') return;
    for (const { name, record } of recordings) {
      if (!this.isLevelEnabled(name))
        Object.defineProperty(this, name, {
          value: record,
          configurable: true,
          writable: true,
          enumerable: true,
        });
    }
  });
  Object.defineProperty(logger, FLIGHTS, { value: flights });
  const { level } = logger;
  logger.level = level;
};

const flightsOf = (logger: object): Flights | undefined =>
  // Only recordFlights writes under this symbol.
  readSafely(logger, FLIGHTS) as Flights | undefined;

/** Whether a logger keeps lines. */
export const hasFlights = (logger: object): boolean => flightsOf(logger) !== undefined;

/** Whether a line of that level would be printed, or may be kept: worth building. */
export const isTaken = (logger: Logger, level: string): boolean =>
  logger.isLevelEnabled(level) || hasFlights(logger);

/** Lets lines of a request be kept, until `endFlight`. */
export const beginFlight = (logger: object, record: RequestContext | undefined): void => {
  if (record !== undefined) flightsOf(logger)?.begin(record);
};

/** Forgets the lines that were kept for a request that has ended, and keeps no more. */
export const endFlight = (logger: object, record: RequestContext | undefined): void => {
  if (record !== undefined) flightsOf(logger)?.end(record);
};

/**
 * Prints the lines that were kept for a request, in their order, as it failed. Each is printed once; where there is no
 * flight recorder nothing happens.
 */
export const printFlight = (logger: object, record: RequestContext | undefined): void => {
  const lines = record === undefined ? [] : (flightsOf(logger)?.take(record) ?? []);
  const stream = readPino(logger, 'pino.stream');
  const write = readSafely(stream, 'write');
  if (lines.length === 0 || typeof write !== 'function') return;
  const wantsLevel = readSafely(stream, METADATA) === true;
  try {
    for (const { text: line, level } of lines) {
      // Streams behind pino.multistream are chosen by it.
      if (wantsLevel) Object.assign(Object(stream), { lastLevel: level });
      Reflect.apply(write, stream, [line]);
    }
  } catch {
    // What failed comes next, over the same stream, and its guard tells of it.
  }
};
