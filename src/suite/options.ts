import { type ContextOptions, readContextOptions } from '../context/index.ts';
import {
  boolean,
  type Check,
  type Clock,
  clockLike,
  func,
  nestedSite,
  object,
  orFalse,
  type Random,
  readOptions,
  systemClock,
  systemRandom,
  text,
} from '../kernel/index.ts';
import type {
  AccessLogOptions,
  AccessPrivacyOptions,
  CreateLoggerOptions,
  LogEventsOptions,
  LoggerLevels,
  LogInputOptions,
} from '../logging/index.ts';
import type { NotFoundOptions, ProblemOptions, RequestDeadlineOptions } from '../problem/index.ts';

/** More options of the log. */
export interface BreakwaterLogOptions
  extends Pick<
      CreateLoggerOptions,
      'flightRecorder' | 'gcpProject' | 'hmac' | 'preset' | 'redact' | 'stream' | 'userId'
    >,
    AccessPrivacyOptions,
    Pick<AccessLogOptions, 'sample' | 'slowRequestMs' | 'start'>,
    Pick<LogEventsOptions, 'collapse' | 'slowCallMs'> {
  /** Levels of the loggers of `getLogger`, by their names or the beginnings of them. @default that of the logger */
  readonly levels?: LoggerLevels | undefined;
  /** What of a request's input its failure record shows, and at debug its access line. @default nothing */
  readonly input?: LogInputOptions | undefined;
}

type DeadlineOption = Omit<RequestDeadlineOptions, 'clock' | 'problemHandler'>;

/** Options of `breakwater()`. Each part takes its own. */
export interface BreakwaterOptions {
  /** Name of this service, in each log line. */
  readonly service: string;
  /** Version of this service, in each log line. @default none */
  readonly version?: string | undefined;
  /** Where it runs, `production` for one, in each log line. @default none */
  readonly environment?: string | undefined;
  /** Which process of the service this is, in each log line. @default `<hostname>:<pid>` */
  readonly instance?: string | undefined;
  /** Options of pino, or a pino instance of the app's own. @default level `info`, to stdout */
  readonly logger?: CreateLoggerOptions['logger'] | undefined;
  /** Options of `requestContext()`. `propagateTo` holds for every client made here that has none of its own. */
  readonly context?: ContextOptions | undefined;
  /** Options of `requestDeadline()`, for every request. `false`: none. @default false */
  readonly deadline?: DeadlineOption | false | undefined;
  /** Options of `notFound()`. */
  readonly notFound?: NotFoundOptions | undefined;
  /** Options of `problemHandler()`. */
  readonly problem?: Omit<ProblemOptions, 'events'> | undefined;
  /** Secret names, where lines go, which of them are written, and what of a request's input they show. */
  readonly log?: BreakwaterLogOptions | undefined;
  /**
   * Whether failures, retries, circuits and stale answers are written onto the request's OpenTelemetry span. Without an
   * SDK there is none, and this costs next to nothing.
   *
   * @default true
   */
  readonly tracing?: boolean | undefined;
  /**
   * Time for the deadline, the log, and the clients and protected functions made here.
   * @default the machine's clock
   */
  readonly clock?: Clock | undefined;
  /** Source of jitter for the same. @default the machine's source */
  readonly random?: Random | undefined;
}

/** The options as `breakwater()` uses them. */
export interface BreakwaterSettings
  extends Required<
    Pick<BreakwaterOptions, 'context' | 'notFound' | 'problem' | 'log' | 'tracing' | 'clock' | 'random'>
  > {
  readonly names: Pick<CreateLoggerOptions, 'service' | 'version' | 'environment' | 'instance'>;
  readonly logger: BreakwaterOptions['logger'];
  readonly deadline: DeadlineOption | undefined;
  readonly propagateTo: readonly string[];
}

const WHERE = 'breakwater';

/** Defaults of `breakwater()`; those of the parts stand with the parts. */
export const BREAKWATER_DEFAULTS = Object.freeze({
  context: Object.freeze({}),
  notFound: Object.freeze({}),
  problem: Object.freeze({}),
  log: Object.freeze({}),
  tracing: true,
  clock: systemClock,
  random: systemRandom,
});

const checks = {
  service: text,
  version: text,
  environment: text,
  instance: text,
  logger: object,
  context: object,
  deadline: orFalse(object),
  notFound: object,
  problem: object,
  log: object,
  tracing: boolean,
  clock: clockLike,
  random: func,
};

// The parts check the values; here it is only seen that each option exists, before the parts' own are added.
const left: Check = { expects: 'what the part takes', type: () => true };

const readProblem = (given: BreakwaterOptions['problem']): NonNullable<BreakwaterOptions['problem']> =>
  readOptions<NonNullable<BreakwaterOptions['problem']>>(
    nestedSite({ where: WHERE }, 'problem'),
    given,
    BREAKWATER_DEFAULTS.problem,
    {
      baseUri: left,
      instance: left,
      mapErrors: left,
      html: left,
      mirrorJson: left,
      inheritStatus: left,
    },
  );

const readDeadline = (given: BreakwaterOptions['deadline']): DeadlineOption | undefined => {
  if (given === undefined || given === false) return undefined;
  const checked = readOptions<Partial<DeadlineOption>>(
    nestedSite({ where: WHERE }, 'deadline'),
    given,
    {},
    { ms: left, header: left },
  );
  // What is missing is missed by the part.
  return checked as DeadlineOption;
};

const readLog = (given: BreakwaterOptions['log']): BreakwaterLogOptions =>
  readOptions<BreakwaterLogOptions>(nestedSite({ where: WHERE }, 'log'), given, BREAKWATER_DEFAULTS.log, {
    redact: left,
    stream: left,
    collapse: left,
    input: left,
    headers: left,
    responseHeaders: left,
    query: left,
    ip: left,
    userId: left,
    hmac: left,
    sample: left,
    slowCallMs: left,
    slowRequestMs: left,
    start: left,
    flightRecorder: left,
    gcpProject: left,
    levels: left,
    preset: left,
  });

/**
 * Checks and completes the options; those of the parts are checked by the parts.
 *
 * @throws TypeError or RangeError for an option that is unknown or wrong
 */
export const readBreakwaterOptions = (given: BreakwaterOptions): BreakwaterSettings => {
  const written = readOptions<Partial<BreakwaterOptions>>({ where: WHERE }, given, {}, checks);
  const { service, version, environment, instance, logger } = written;
  if (service === undefined)
    throw new TypeError(`${WHERE}: option "service" must be ${text.expects}, but was undefined`);
  const { propagateTo } = readContextOptions(written.context);
  return Object.freeze({
    ...BREAKWATER_DEFAULTS,
    ...written,
    deadline: readDeadline(written.deadline),
    problem: readProblem(written.problem),
    log: readLog(written.log),
    names: Object.freeze({ service, version, environment, instance }),
    logger,
    propagateTo,
  });
};
