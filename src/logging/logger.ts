import { hostname } from 'node:os';
import { type Logger, type LoggerOptions, pino } from 'pino';
import { brandSymbol, hasBrand, nestedSite, rejectOption } from '../kernel/index.ts';
import { createRedactor, type Redactor } from '../redaction/index.ts';
import { bindMore, setBound } from './bound.ts';
import { keepBindings, tryFormat } from './children.ts';
import { ID_NAMES, type OwnMixin, PINO_NAMES } from './context-fields.ts';
import { recordFlights } from './flight-recorder.ts';
import { guardLogMethod } from './guard.ts';
import { checkLevels, isInstance, keysOf, ownMixinOf, teachLogger } from './instance.ts';
import { CLEAN_NAMES, createLineWriter } from './line.ts';
import { capLines } from './line-cap.ts';
import {
  type CreateLoggerOptions,
  type LoggerLike,
  type LoggerSettings,
  readLoggerOptions,
} from './options.ts';
import { chindingsOf, headNames, readPino, setPino } from './pino-symbols.ts';
import { type Preset, presetOf } from './presets/index.ts';
import { teachFields } from './privacy/index.ts';
import { createSerializers, wrapSerializers } from './serializers.ts';
import { watchStream } from './streams.ts';

const SITE = Object.freeze({ where: 'createLogger' });
const OURS = brandSymbol('logger');

/** Whether `createLogger` made it, or it is a child of such a one. */
const isOurs = (given: LoggerOptions | LoggerLike): given is Logger => hasBrand(given, OURS);

/** What pino says of a level it does not know names neither us nor the option. */
const checkLevel = ({ level = 'info', customLevels = {}, useOnlyCustomLevels }: LoggerOptions): void => {
  const usual = useOnlyCustomLevels ? {} : pino.levels.values;
  const levels: Readonly<Record<string, number>> = { ...usual, ...customLevels, silent: Infinity };
  // pino takes the number of a level too, whatever its types say.
  const known: readonly unknown[] = [...Object.keys(levels), ...Object.values(levels)];
  if (known.includes(level)) return;
  const expects = `one of ${Object.keys(levels).join(', ')}`;
  const kind = typeof level === 'string' ? RangeError : TypeError;
  rejectOption(nestedSite(SITE, 'logger'), 'level', expects, level, kind);
};

/** Transports with several targets choose among them by the number of the level; pino refuses a word there. */
const needsNumber = ({ transport }: LoggerOptions): boolean =>
  transport !== undefined && 'targets' in transport && transport.targets.length > 0;

/** A logger of pino, and how its lines are made. */
interface Root {
  readonly logger: Logger;
  readonly own: OwnMixin;
  /** Whether nothing of the app's gets its hands on a line before it is formatted. */
  readonly untouched: boolean;
  readonly levelAsField: boolean;
}

/** A new logger, through nothing but pino's options. */
const buildLogger = (
  given: LoggerOptions,
  stream: CreateLoggerOptions['stream'],
  redactor: Redactor,
  preset: Preset,
): Root => {
  checkLevel(given);
  const { errorKey = 'err', messageKey = preset.messageKey } = given;
  const numeric = needsNumber(given);
  const options: LoggerOptions = {
    ...given,
    messageKey,
    timestamp: given.timestamp ?? preset.timestamp,
    // Not pid and hostname: `instance` says them.
    base: given.base === undefined ? {} : given.base,
    formatters: { ...(numeric ? {} : { level: preset.level }), ...given.formatters },
    hooks: {
      ...given.hooks,
      logMethod: guardLogMethod(given.hooks?.logMethod, redactor, { errorKey, messageKey }),
    },
  };
  const logger = stream === undefined ? pino(options) : pino(options, stream);
  checkLevels(logger);
  const levelAsField =
    numeric && given.formatters?.level === undefined && preset.level('', 0).level === undefined;
  const own = ownMixinOf(logger);
  const untouched =
    own.mixin === undefined && own.merge === undefined && given.hooks?.logMethod === undefined;
  return { logger, own, untouched, levelAsField };
};

const adoptInstance = (given: LoggerLike, redactor: Redactor, preset: Preset): Root => {
  const own = teachLogger(given, redactor);
  // teachLogger saw that it is a logger of pino.
  const logger = given as unknown as Logger;
  return { logger, own, untouched: false, levelAsField: preset.level('', 0).level === undefined };
};

/** A preset was asked for, of a logger that says time, level and message in its own way. */
const warnOfPreset = ({ preset }: LoggerSettings): void => {
  if (preset === undefined) return;
  process.emitWarning(
    `createLogger: the preset "${preset}" names the fields of a given logger, but not its time, level, message and base`,
    { code: 'BREAKWATER_LOG_PRESET' },
  );
};

const namesOf = (settings: LoggerSettings): Record<string, string> => {
  const { service, version, environment, logger } = settings;
  // A base that the app wrote says what it wants to say; so does a logger that has been through here.
  const said = isOurs(logger) || (!isInstance(logger) && logger.base !== undefined);
  const instance = settings.instance ?? (said ? undefined : `${hostname()}:${process.pid}`);
  return Object.fromEntries(
    Object.entries({ service, version, environment, instance }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
};

/** Bindings that the logger does not have yet. */
const missing = (bound: object, wanted: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(wanted).filter(([name]) => !Object.hasOwn(bound, name)));

/** Redacts further secrets in the lines of a child of a logger of ours. */
const redactMore = (logger: Logger, parent: Logger, redact: readonly string[]): void => {
  const redactor = createRedactor(redact);
  const log = (fields: object): Record<string, unknown> => redactor.fields(fields);
  // What pino keeps under this symbol is what its options took; ours has always a formatter of lines.
  const formatters = readPino(parent, 'pino.formatters') as NonNullable<LoggerOptions['formatters']>;
  setPino(logger, 'pino.formatters', {
    ...formatters,
    log: (line: object) => log(tryFormat(formatters.log, line)),
  });
  keepBindings(logger, {
    bindings: log,
    line: (own, fields) => log(tryFormat(own, fields)),
    serializers: (own) => wrapSerializers(own, parent, redactor),
  });
};

/** A logger of ours with more names, with further secrets, and with another way to print who a user is. */
const extendLogger = (given: Logger, settings: LoggerSettings): Logger => {
  warnOfPreset(settings);
  const { redact, userId, hmac } = settings;
  const wanted = missing(given.bindings(), namesOf(settings));
  if (redact.length === 0 && userId === undefined && Object.keys(wanted).length === 0) return given;
  const logger = given.child(wanted);
  if (userId !== undefined) teachFields(SITE, [logger], { userId, hmac });
  if (redact.length > 0) redactMore(logger, given, redact);
  return logger;
};

/** Names that bindings of pino have a meaning for. */
const BINDING_OPTIONS = ['serializers', 'formatters', 'customLevels'] as const;

/** The child of a root that has our ways: each of its names stands once in a line, whoever gives it. */
const equip = (
  { logger: root, own, untouched: isUntouched, levelAsField }: Root,
  settings: LoggerSettings,
  redactor: Redactor,
  preset: Preset,
): Logger => {
  const { serializers, own: untouched } = createSerializers(root, redactor);
  const { messageKey } = keysOf(root);
  const names = namesOf(settings);
  const head = new Set(headNames(root));
  const dropped = new Set([...PINO_NAMES, ...head, ...Object.keys(names)]);
  const { mixin, merge, format } = createLineWriter({
    own,
    copy: redactor.fieldsExcept({ untouched, dropped, clean: CLEAN_NAMES }),
    preset,
    messageKey,
    untouched: isUntouched,
    levelAsField,
  });
  // What pino keeps under this symbol is what its options took.
  const formatters = readPino(root, 'pino.formatters') as LoggerOptions['formatters'];
  const base = Object.fromEntries(
    Object.entries(chindingsOf(root)).filter(([name]) => !head.has(name) && name !== messageKey),
  );
  const logger = root.child(
    {},
    { serializers, formatters: { log: (line) => format(formatters?.log, line) } },
  );
  Object.defineProperty(logger, OURS, { value: true });
  setPino(logger, 'pino.chindings', '');
  setPino(logger, 'pino.mixin', mixin);
  setPino(logger, 'pino.mixinMergeStrategy', merge);
  // Those of the root have been through its serializers.
  setBound(logger, base);
  setBound(logger, bindMore(logger, missing(base, names), serializers));
  const copyBindings = redactor.fieldsExcept({
    untouched,
    dropped: new Set([...dropped, ...ID_NAMES, ...BINDING_OPTIONS, messageKey]),
  });
  keepBindings(logger, {
    bindings: (fields) => copyBindings(fields),
    line: format,
    serializers: (given) => wrapSerializers(given, root, redactor),
  });
  return logger;
};

/**
 * The logger of a service: each line carries the ids of the request it was written for and what `addContext` bound,
 * read at that moment; secrets are redacted by the names of their keys, errors described by an allow-list.
 *
 * Each name stands in a line once. The field of the line wins over what is bound to the logger, the child over its parent;
 * these win over what `addContext` bound, and that over a mixin of the app. The field `err` is always written by us. Ids,
 * `level`, `time`, `pid`, `hostname` and the names bound here cannot be given by a line or a child: they are dropped there.
 * The logger never throws, whatever it is given to log, and whatever the formatters, hooks and mixins of an instance do.
 *
 * @throws TypeError or RangeError for a bad option
 * @example
 * const logger = createLogger({ logger: { level: 'debug' }, service: 'orders', version: '1.4.0' });
 */
export const createLogger = (options?: CreateLoggerOptions): Logger => {
  const settings = readLoggerOptions(options);
  const { logger: given, stream, redact, flightRecorder, userId, hmac } = settings;
  if (isInstance(given) && flightRecorder !== false)
    return rejectOption(SITE, 'flightRecorder', 'false with a logger that exists', flightRecorder);
  if (isOurs(given)) return extendLogger(given, settings);

  const redactor = createRedactor(redact);
  const preset = presetOf(settings.preset ?? 'plain', settings.gcpProject);
  const isTheirs = isInstance(given);
  if (isTheirs) warnOfPreset(settings);
  const root = isTheirs
    ? adoptInstance(given, redactor, preset)
    : buildLogger(given, stream, redactor, preset);
  watchStream(root.logger);
  const logger = equip(root, settings, redactor, preset);
  capLines(logger);
  teachFields(SITE, isTheirs ? [root.logger, logger] : [logger], { userId, hmac });
  if (flightRecorder !== false) recordFlights(logger, flightRecorder);
  return logger;
};
