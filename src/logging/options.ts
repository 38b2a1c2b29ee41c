import type { LoggerOptions } from 'pino';
import {
  arrayOf,
  type Check,
  object,
  oneOf,
  orFalse,
  readOptions,
  rejectOption,
  text,
  withMethods,
} from '../kernel/index.ts';
import type { FlightRecorderOptions } from './flight-recorder.ts';
import { type LogPreset, PRESET_NAMES } from './presets/index.ts';
import { FIELD_PRIVACY_DEFAULTS, type FieldPrivacyOptions, fieldPrivacyChecks } from './privacy/index.ts';

/** A pino logger, of whichever copy and version of pino; what the types of one version say of it would exclude others. */
export interface LoggerLike {
  level: string;
  bindings(): object;
  child(bindings: Record<string, unknown>, options?: object): unknown;
}

/** Where lines go: anything that takes them as text. */
export interface LogStream {
  write(line: string): void;
}

/** Options of `createLogger()`. */
export interface CreateLoggerOptions extends FieldPrivacyOptions {
  /**
   * Options of pino, or a pino instance of the app's own. An instance gets the context into its own lines too; what is
   * returned is a child of it, with redaction.
   *
   * @default {} level `info`, to stdout
   */
  readonly logger?: LoggerOptions | LoggerLike | undefined;
  /** Where the lines of a new logger go; an instance has its own stream. @default stdout */
  readonly stream?: LogStream | undefined;
  /** Name of this service, in each line. */
  readonly service?: string | undefined;
  /** Version of this service, in each line. */
  readonly version?: string | undefined;
  /** Where it runs, `production` for one, in each line. */
  readonly environment?: string | undefined;
  /**
   * Which process of the service this is, in each line.
   *
   * @default `<hostname>:<pid>`; none where `logger` has a `base`
   */
  readonly instance?: string | undefined;
  /**
   * For whom lines are written: `plain` (our names), or those of OpenTelemetry, of Elastic (ECS), of Google Cloud. What the
   * pino options in `logger` say themselves wins. @default 'plain'
   */
  readonly preset?: LogPreset | undefined;
  /** Id of the project of Google Cloud that has the traces; refused without the preset `gcp`. @default none */
  readonly gcpProject?: string | undefined;
  /**
   * Keeps the lines of a request that the level drops, and prints them if it fails. Not for a pino instance.
   *
   * @default false
   */
  readonly flightRecorder?: FlightRecorderOptions | false | undefined;
  /** Names of fields, beside the usual ones, whose values are secret; case does not matter. @default [] */
  readonly redact?: readonly string[] | undefined;
}

/** The options of `createLogger()` as it uses them. */
export type LoggerSettings = Readonly<Normalised>;

type Normalised = Pick<
  CreateLoggerOptions,
  | 'stream'
  | 'service'
  | 'version'
  | 'environment'
  | 'instance'
  | 'preset'
  | 'gcpProject'
  | keyof FieldPrivacyOptions
> & {
  readonly logger: LoggerOptions | LoggerLike;
  readonly redact: readonly string[];
  readonly flightRecorder: FlightRecorderOptions | false;
};

/** Defaults of `createLogger()`. */
export const LOGGER_DEFAULTS: Normalised = Object.freeze<Normalised>({
  logger: Object.freeze({}),
  stream: undefined,
  service: undefined,
  version: undefined,
  environment: undefined,
  instance: undefined,
  preset: undefined,
  gcpProject: undefined,
  flightRecorder: false,
  redact: Object.freeze([]),
  ...FIELD_PRIVACY_DEFAULTS,
});

/** Pino options, or a pino instance. */
export const logger: Check = {
  expects: 'options of pino or a pino instance',
  type: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

const stream = withMethods('an object with a write function', 'write');

const checks = {
  logger,
  stream,
  service: text,
  version: text,
  environment: text,
  instance: text,
  preset: oneOf(...PRESET_NAMES),
  gcpProject: text,
  flightRecorder: orFalse(object),
  redact: arrayOf(text),
  ...fieldPrivacyChecks,
};

/**
 * Checks and completes the options of `createLogger()`.
 *
 * @throws TypeError or RangeError for a bad option
 */
export const readLoggerOptions = (given: CreateLoggerOptions | undefined): LoggerSettings => {
  const site = { where: 'createLogger' };
  const settings = readOptions(site, given, LOGGER_DEFAULTS, checks);
  const { preset, gcpProject } = settings;
  if (gcpProject !== undefined && preset !== 'gcp')
    return rejectOption(site, 'gcpProject', 'left out unless "preset" is "gcp"', gcpProject);
  return settings;
};
