import type { Bindings, ChildLoggerOptions, Logger } from 'pino';
import { asFields } from '../redaction/index.ts';
import { type Bound, bindMore, boundTo, listBound, setBound } from './bound.ts';
import type { Serializer } from './serializers.ts';

/** What makes the parts of a child fit to print. */
export interface Cleaner {
  /** Fields that are bound. */
  bindings(fields: object): object;
  /** Fields of a line, after a formatter of the child. */
  line(own: Formatter | undefined, fields: object): object;
  /** Serializers, so that what they return is redacted. */
  serializers(given: object): Record<string, Serializer>;
}

/** A formatter of the app. */
export type Formatter = (fields: Record<string, unknown>) => object;

/** What the user's own formatter makes of fields; one that throws must not cost the line. */
export const tryFormat = (own: Formatter | undefined, fields: object): object => {
  try {
    return own?.({ ...fields }) ?? fields;
  } catch {
    return fields;
  }
};

/** The options of a child, whose serializers and formatters stand in the place of ours: redaction goes behind them. */
const cleanOptions = (options: ChildLoggerOptions, cleaner: Cleaner): ChildLoggerOptions => {
  const { serializers, formatters } = options;
  const clean: ChildLoggerOptions = { ...options };
  // pino takes a key that is there for one that has a value.
  delete clean.serializers;
  delete clean.formatters;
  if (serializers) clean.serializers = cleaner.serializers(serializers);
  if (formatters) {
    const { level, log } = formatters;
    clean.formatters = {
      ...(level && { level }),
      // The types of pino want a record; fields are read by their own keys, which any object has.
      ...(log && { log: (line: object) => ({ ...cleaner.line(log, line) }) }),
    };
  }
  return clean;
};

/** Runs `work` while other fields are bound: a child inherits them, and what is called as it is made sees them. */
const withBound = <T>(logger: Logger, bound: Bound, work: () => T): T => {
  const own = boundTo(logger);
  setBound(logger, bound);
  try {
    return work();
  } finally {
    setBound(logger, own);
  }
};

/**
 * Keeps what children bind as an object, cleaned, that each line is merged with: pino has bindings as text, where a name
 * that is bound twice, or bound and logged, stands twice. Formatters and serializers of a child, which replace those of its
 * parent, get redaction behind them.
 */
export const keepBindings = (logger: Logger, cleaner: Cleaner): void => {
  const { child } = logger;
  const keepingChild = function (this: Logger, bindings: Bindings, options?: ChildLoggerOptions): Logger {
    const clean = options && cleanOptions(options, cleaner);
    const fields = cleaner.bindings(tryFormat(options?.formatters?.bindings, asFields(bindings ?? {})));
    const bound = bindMore(this, fields, clean?.serializers);
    return withBound(this, bound, () => {
      // It is what pino's own method returns.
      const made = Reflect.apply(child, this, [{}, clean]) as Logger;
      setBound(made, bound);
      return made;
    });
  };
  const keepingSetBindings = function (this: Logger, bindings: Bindings): void {
    setBound(this, bindMore(this, cleaner.bindings(bindings ?? {})));
  };
  const keptBindings = function (this: Logger): Bindings {
    return listBound(this);
  };
  Object.defineProperties(logger, {
    child: { value: keepingChild, configurable: true, writable: true },
    setBindings: { value: keepingSetBindings, configurable: true, writable: true },
    bindings: { value: keptBindings, configurable: true, writable: true },
  });
};
