import type { Bindings, ChildLoggerOptions, Logger } from 'pino';
import type { Serializer } from './serializers.ts';

/** What makes the parts of a child fit to print. */
export interface Cleaner {
  /** Fields that are bound. */
  bindings(fields: object): object;
  /** Fields of a line. */
  line(fields: object): object;
  /** Serializers, so that what they return is redacted. */
  serializers(given: object): Record<string, Serializer>;
}

type Formatter = (fields: Record<string, unknown>) => object;

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
    const { level, bindings, log } = formatters;
    clean.formatters = {
      ...(level && { level }),
      ...(bindings && { bindings: (fields) => cleanBindings(cleaner, tryFormat(bindings, fields)) }),
      ...(log && { log: (line) => cleanLine(cleaner, tryFormat(log, line)) }),
    };
  }
  return clean;
};

// The types of pino want records; fields are read by their own keys, which any object has.
const cleanBindings = (cleaner: Cleaner, fields: object) => ({ ...cleaner.bindings(fields) });
const cleanLine = (cleaner: Cleaner, fields: object) => ({ ...cleaner.line(fields) });

/**
 * Cleans what children bind and bring, and theirs: pino has bindings as text before any formatter sees them, and the
 * formatters and serializers of a child replace those of its parent.
 */
export const cleanChildren = (logger: Logger, cleaner: Cleaner): void => {
  const { child, setBindings } = logger;
  const cleanChild = function (this: Logger, bindings: Bindings, options?: ChildLoggerOptions): Logger {
    const clean = options && cleanOptions(options, cleaner);
    // It is what pino's own method returns.
    return Reflect.apply(child, this, [cleaner.bindings(bindings), clean]) as Logger;
  };
  const cleanSetBindings = function (this: Logger, bindings: Bindings): void {
    Reflect.apply(setBindings, this, [cleaner.bindings(bindings)]);
  };
  Object.defineProperties(logger, {
    child: { value: cleanChild, configurable: true, writable: true },
    setBindings: { value: cleanSetBindings, configurable: true, writable: true },
  });
};
