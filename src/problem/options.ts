import type { IncomingMessage } from 'node:http';
import { type EventHub, hubLike } from '../events/index.ts';
import { anyOf, arrayOf, func, oneOf, orFalse, readOptions } from '../kernel/index.ts';
import type { ErrorMapper } from './mappers.ts';

/**
 * What the `instance` member says: the request's path, a URN of the request id, what a function gives (`undefined` for no
 * `instance`), or nothing.
 */
export type ProblemInstance = 'path' | 'urn' | ((req: IncomingMessage) => string | undefined) | false;

/** Options of `problemHandler()`. */
export interface ProblemOptions {
  /**
   * What stands before the code in `type`: a URI reference that ends with one of `/ # : = ?`.
   * @default '/problems/'
   */
  readonly baseUri?: string | undefined;
  /**
   * The `instance` member: `path` without the query, `urn` of the request id, a function's URI reference, or `false`.
   * @default 'path'
   */
  readonly instance?: ProblemInstance | undefined;
  /**
   * Mappers made by `on`, the first that is for an error wins; they run before the built-in rules.
   * @default []
   */
  readonly mapErrors?: readonly ErrorMapper[] | undefined;
  /**
   * Told of every failure as `request.failed`. Without it each technical failure is one JSON line on stderr.
   * @default none
   */
  readonly events?: EventHub | undefined;
}

/** Options as the room uses them. */
export interface ProblemSettings {
  readonly baseUri: string;
  readonly instance: ProblemInstance;
  readonly mapErrors: readonly ErrorMapper[];
  readonly events: EventHub | undefined;
}

/** The defaults of `problemHandler()`. */
export const PROBLEM_DEFAULTS: ProblemSettings = Object.freeze({
  baseUri: '/problems/',
  instance: 'path',
  mapErrors: Object.freeze([]),
  events: undefined,
});

const BASE_URI = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*[/#:=?]$/;

const checks = {
  baseUri: {
    expects: 'a URI reference that ends with one of / # : = ?',
    type: (value: unknown) => typeof value === 'string',
    range: (value: unknown) =>
      BASE_URI.test(String(value)) && URL.canParse(`${value}code`, 'http://localhost'),
  },
  instance: orFalse(anyOf(oneOf('path', 'urn'), func)),
  mapErrors: arrayOf(func),
  events: hubLike,
};

/**
 * Checks and completes the options.
 *
 * @throws TypeError or RangeError for an option that is unknown or wrong
 */
export const readProblemOptions = (given: ProblemOptions | undefined): ProblemSettings => {
  const settings = readOptions<ProblemSettings>({ where: 'problemHandler' }, given, PROBLEM_DEFAULTS, checks);
  return Object.freeze({ ...settings, mapErrors: Object.freeze([...settings.mapErrors]) });
};
