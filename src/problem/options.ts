import type { IncomingMessage } from 'node:http';
import type { ProblemBody } from '../errors/index.ts';
import { type EventHub, hubLike } from '../events/index.ts';
import { anyOf, arrayOf, boolean, type Check, func, oneOf, orFalse, readOptions } from '../kernel/index.ts';
import { orderMappers } from './mapper-order.ts';
import type { ErrorMapper } from './mappers.ts';

/**
 * What the `instance` member says: the request's path, a URN of the request id, what a function gives (`undefined` for no
 * `instance`), or nothing.
 */
export type ProblemInstance = 'path' | 'urn' | ((req: IncomingMessage) => string | undefined) | false;

/** A page for browsers: none, a small one, or what a function makes of the problem document. It must escape what it prints. */
export type ProblemPage = boolean | ((problem: ProblemBody) => string);

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
   * Mappers made by `on`, the first that is for an error wins, but one of a class goes before an earlier one of a class
   * that it extends; they run before the built-in rules.
   * @default []
   */
  readonly mapErrors?: readonly ErrorMapper[] | undefined;
  /**
   * A page for clients that prefer `text/html` to JSON, as browsers do: `true` for a small one, or a function that makes
   * it of the problem document and escapes what it prints.
   * @default false
   */
  readonly html?: ProblemPage | undefined;
  /**
   * Whether clients that list `application/json` and not `application/problem+json` get it under the former name.
   * @default false
   */
  readonly mirrorJson?: boolean | undefined;
  /**
   * Whether an unexpected error keeps a status of 400 to 599 that was set on the response before it was thrown.
   * @default false
   */
  readonly inheritStatus?: boolean | undefined;
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
  readonly html: ProblemPage;
  readonly mirrorJson: boolean;
  readonly inheritStatus: boolean;
  readonly events: EventHub | undefined;
}

/** The defaults of `problemHandler()`. */
export const PROBLEM_DEFAULTS: ProblemSettings = Object.freeze({
  baseUri: '/problems/',
  instance: 'path',
  mapErrors: Object.freeze([]),
  html: false,
  mirrorJson: false,
  inheritStatus: false,
  events: undefined,
});

const BASE_URI = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*[/#:=?]$/;

/** What `baseUri` must be. */
export const baseUriCheck: Check = {
  expects: 'a URI reference that ends with one of / # : = ?',
  type: (value) => typeof value === 'string',
  range: (value) => BASE_URI.test(String(value)) && URL.canParse(`${value}code`, 'http://localhost'),
};

const checks = {
  baseUri: baseUriCheck,
  instance: orFalse(anyOf(oneOf('path', 'urn'), func)),
  mapErrors: arrayOf(func),
  html: anyOf(boolean, func),
  mirrorJson: boolean,
  inheritStatus: boolean,
  events: hubLike,
};

/**
 * Checks and completes the options.
 *
 * @throws TypeError or RangeError for an option that is unknown or wrong
 */
export const readProblemOptions = (given: ProblemOptions | undefined): ProblemSettings => {
  const settings = readOptions<ProblemSettings>({ where: 'problemHandler' }, given, PROBLEM_DEFAULTS, checks);
  return Object.freeze({ ...settings, mapErrors: Object.freeze(orderMappers(settings.mapErrors)) });
};
