import type { Logger, LoggerOptions } from 'pino';
import { brandSymbol, readSafely, rejectOption } from '../kernel/index.ts';
import type { Redactor } from '../redaction/index.ts';
import {
  contextMerge,
  contextMixin,
  type MergeStrategy,
  type Mixin,
  type OwnMixin,
} from './context-fields.ts';
import { guardLogMethod, type LogKeys, type LogMethodHook } from './guard.ts';
import { type LoggerLike, logger as loggerCheck } from './options.ts';
import { pinoSymbol, readPino, setPino } from './pino-symbols.ts';

const NEEDED = ['pino.mixin', 'pino.mixinMergeStrategy', 'pino.chindings'] as const;
const TAUGHT = brandSymbol('logger.mixin');

/** Whether it is a logger, not options for one. */
export const isInstance = (given: LoggerOptions | LoggerLike): given is LoggerLike =>
  'child' in given && typeof given.child === 'function';

/** Levels that our own lines are written at. */
const LEVELS = ['info', 'warn', 'error'] as const;

/**
 * A logger without one of our levels would throw where nothing catches it: as a response finishes.
 *
 * @throws TypeError if one of them is missing
 */
export const checkLevels = (logger: Logger): void => {
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

/** The keys under which a logger of pino has errors and messages. */
export const keysOf = (logger: Logger): LogKeys => ({
  errorKey: String(readPino(logger, 'pino.errorKey') ?? 'err'),
  messageKey: String(readPino(logger, 'pino.messageKey') ?? 'msg'),
});

/** Keeps an instance, and its children, from throwing; pino builds its methods anew as the level is set. */
const guardMethods = (logger: Logger, redactor: Redactor): void => {
  // What pino keeps under this symbol is what its options took.
  const hooks = readPino(logger, 'pino.hooks') as { readonly logMethod?: LogMethodHook } | undefined;
  const logMethod = guardLogMethod(hooks?.logMethod, redactor, keysOf(logger));
  setPino(logger, 'pino.hooks', { ...hooks, logMethod });
  const { level } = logger;
  logger.level = level;
};

/** What a logger of pino was given as mixin and merge strategy. */
export const ownMixinOf = (logger: object): OwnMixin => ({
  // What pino keeps under these symbols is what its options took.
  mixin: readPino(logger, 'pino.mixin') as Mixin | undefined,
  merge: readPino(logger, 'pino.mixinMergeStrategy') as MergeStrategy | undefined,
});

/**
 * Teaches the context to an instance that exists, once: pino has no other door for it than its symbols.
 *
 * @returns what the instance had there itself
 * @throws TypeError for what is no logger of pino
 */
export const teachLogger = (instance: LoggerLike, redactor: Redactor): OwnMixin => {
  if (NEEDED.some((each) => pinoSymbol(instance, each) === undefined))
    return rejectOption({ where: 'createLogger' }, 'logger', loggerCheck.expects, instance, TypeError);
  // It has pino's symbols, so it is a logger of pino.
  const logger = instance as unknown as Logger;
  checkLevels(logger);
  const taught = readSafely(instance, TAUGHT);
  // Only this function writes under the symbol.
  if (typeof taught === 'object') return taught as OwnMixin;
  guardMethods(logger, redactor);
  const own = ownMixinOf(instance);
  setPino(instance, 'pino.mixin', contextMixin(own.mixin));
  setPino(instance, 'pino.mixinMergeStrategy', contextMerge(own.merge));
  Object.defineProperty(instance, TAUGHT, { value: own });
  return own;
};
