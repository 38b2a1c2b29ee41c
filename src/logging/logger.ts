import { type Logger, type LoggerOptions, pino } from 'pino';
import { brandSymbol, hasBrand, nestedSite, readSafely, rejectOption } from '../kernel/index.ts';
import { createRedactor, type Redactor } from '../redaction/index.ts';
import { cleanChildren, tryFormat } from './children.ts';
import {
  contextMerge,
  contextMixin,
  ID_NAMES,
  type MergeStrategy,
  type Mixin,
  PINO_NAMES,
} from './context-fields.ts';
import { guardLogMethod, type LogMethodHook } from './guard.ts';
import { capLines } from './line-cap.ts';
import {
  type CreateLoggerOptions,
  type LoggerLike,
  logger as loggerCheck,
  readLoggerOptions,
} from './options.ts';
import { pinoSymbol, readPino } from './pino-symbols.ts';
import { teachFields } from './privacy/index.ts';
import { createSerializers, wrapSerializers } from './serializers.ts';

const OURS = brandSymbol('logger');
const TAUGHT = brandSymbol('logger.mixin');

const isInstance = (given: LoggerOptions | LoggerLike): given is LoggerLike =>
  'child' in given && typeof given.child === 'function';

/** Whether `createLogger` made it, or it is a child of such a one. */
const isOurs = (given: LoggerOptions | LoggerLike): given is Logger => hasBrand(given, OURS);

/** Levels that our own lines are written at. */
const LEVELS = ['info', 'warn', 'error'] as const;

/** A logger without one of our levels would throw where nothing catches it: as a response finishes. */
const checkLevels = (logger: Logger): void => {
  for (const level of LEVELS) {
    if (typeof readSafely(logger, level) === 'function') continue;
    rejectOption(
      { where: 'createLogger' },
      'logger',
      `a logger with the level "${level}"`,
      logger,
      TypeError,
    );
  }
};

/** What pino says of a level it does not know names neither us nor the option. */
const checkLevel = ({ level = 'info', customLevels = {}, useOnlyCustomLevels }: LoggerOptions): void => {
  const usual = useOnlyCustomLevels ? {} : pino.levels.values;
  const levels: Readonly<Record<string, number>> = { ...usual, ...customLevels, silent: Infinity };
  // pino takes the number of a level too, whatever its types say.
  const known: readonly unknown[] = [...Object.keys(levels), ...Object.values(levels)];
  if (known.includes(level)) return;
  const expects = `one of ${Object.keys(levels).join(', ')}`;
  const kind = typeof level === 'string' ? RangeError : TypeError;
  rejectOption(nestedSite({ where: 'createLogger' }, 'logger'), 'level', expects, level, kind);
};

/** A new logger, through nothing but pino's options. */
const buildLogger = (
  given: LoggerOptions,
  stream: CreateLoggerOptions['stream'],
  redactor: Redactor,
): Logger => {
  checkLevel(given);
  const options: LoggerOptions = {
    ...given,
    mixin: contextMixin(given.mixin),
    mixinMergeStrategy: contextMerge(given.mixinMergeStrategy),
    hooks: {
      ...given.hooks,
      logMethod: guardLogMethod(given.hooks?.logMethod, redactor, given.errorKey ?? 'err'),
    },
  };
  const logger = stream === undefined ? pino(options) : pino(options, stream);
  checkLevels(logger);
  return logger;
};

/** Keeps an instance, and its children, from throwing; pino builds its methods anew as the level is set. */
const guardMethods = (logger: Logger, redactor: Redactor): void => {
  const symbol = pinoSymbol(logger, 'pino.hooks');
  if (symbol === undefined) return;
  // What pino keeps under these symbols is what its options took.
  const hooks = Reflect.get(logger, symbol) as { readonly logMethod?: LogMethodHook } | undefined;
  const errorKey = String(readPino(logger, 'pino.errorKey') ?? 'err');
  const logMethod = guardLogMethod(hooks?.logMethod, redactor, errorKey);
  Object.defineProperty(logger, symbol, {
    value: { ...hooks, logMethod },
    configurable: true,
    writable: true,
  });
  const { level } = logger;
  logger.level = level;
};

/** Teaches the context to an instance that exists, once: pino has no other door for it than its symbols. */
const teachLogger = (instance: LoggerLike, redactor: Redactor): Logger => {
  const mixin = pinoSymbol(instance, 'pino.mixin');
  const merge = pinoSymbol(instance, 'pino.mixinMergeStrategy');
  if (mixin === undefined || merge === undefined)
    return rejectOption({ where: 'createLogger' }, 'logger', loggerCheck.expects, instance, TypeError);
  // It has pino's symbols, so it is a logger of pino.
  const logger = instance as unknown as Logger;
  checkLevels(logger);
  if (!hasBrand(instance, TAUGHT) && !isOurs(logger)) {
    guardMethods(logger, redactor);
    // What pino keeps under these symbols is what its options took.
    const ownMixin = Reflect.get(instance, mixin) as Mixin | undefined;
    const ownMerge = Reflect.get(instance, merge) as MergeStrategy | undefined;
    Object.defineProperties(instance, {
      [mixin]: { value: contextMixin(ownMixin), configurable: true, writable: true },
      [merge]: { value: contextMerge(ownMerge), configurable: true, writable: true },
      [TAUGHT]: { value: true },
    });
  }
  return logger;
};

const bindingsOf = ({ service, version, environment }: CreateLoggerOptions): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ service, version, environment }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );

/** Bindings that the logger does not have yet; a name bound twice would stand in each line twice. */
const missing = (logger: LoggerLike, wanted: Record<string, string>): Record<string, string> => {
  const bound = logger.bindings();
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => !Object.hasOwn(bound, name)));
};

const withBindings = (logger: Logger, bindings: Record<string, string>): Logger => {
  const wanted = missing(logger, bindings);
  return Object.keys(wanted).length === 0 ? logger : logger.child(wanted);
};

/**
 * The logger of a service: each line carries the ids of the request it was written for and what `addContext` bound,
 * read at that moment; secrets are redacted by the names of their keys, errors described by an allow-list.
 *
 * The field `err` is always written by us. Ids, `level`, `time`, `pid`, `hostname` and the names bound here cannot be
 * given by a line or a child: they are dropped there. The logger never throws, whatever it is given to log, and whatever
 * the formatters, hooks and mixins of an instance do.
 *
 * @throws TypeError or RangeError for a bad option
 * @example
 * const logger = createLogger({ logger: { level: 'debug' }, service: 'orders', version: '1.4.0' });
 */
export const createLogger = (options?: CreateLoggerOptions): Logger => {
  const { logger: given, stream, redact, userId, hmac, ...names } = readLoggerOptions(options);
  const bindings = bindingsOf(names);
  if (isOurs(given) && redact.length === 0 && userId === undefined) return withBindings(given, bindings);

  const redactor = createRedactor(redact);
  const root = isInstance(given) ? teachLogger(given, redactor) : buildLogger(given, stream, redactor);
  const { serializers, own } = createSerializers(root, redactor);
  const bound = [...PINO_NAMES, ...Object.keys(bindings)];
  const inLines = { untouched: own, dropped: new Set(bound) };
  // pino asks bindings for their hasOwnProperty.
  const inBindings = { untouched: own, dropped: new Set([...bound, ...ID_NAMES, 'hasOwnProperty']) };
  // What pino keeps under this symbol is what its options took.
  const formatters = readPino(root, 'pino.formatters') as LoggerOptions['formatters'];
  const log = (line: object): object => redactor.fields(tryFormat(formatters?.log, line), inLines);
  const logger = root.child(missing(root, bindings), { serializers, formatters: { log } });
  Object.defineProperty(logger, OURS, { value: true });
  capLines(logger);
  teachFields({ where: 'createLogger' }, isInstance(given) && !isOurs(given) ? [root, logger] : [logger], {
    userId,
    hmac,
  });
  cleanChildren(logger, {
    bindings: (fields) => redactor.fields(fields, inBindings),
    line: (fields) => redactor.fields(fields, inLines),
    serializers: (own) => wrapSerializers(own, root, redactor),
  });
  return logger;
};
