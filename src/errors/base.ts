import { brandSymbol, hasBrand, readSafely } from '../kernel/index.ts';
import { type Journal, journalOf } from './attempt.ts';
import { isCode } from './code.ts';
import { readExtensions } from './extensions.ts';
import { isErrorStatus, statusCode, statusPhrase } from './status.ts';

const ERROR = brandSymbol('error');
const CLASS = brandSymbol('error.class');

/** What every error of this package takes after its message. */
export interface BreakwaterErrorOptions {
  /** The error behind this one; printed in the log, never sent. */
  readonly cause?: unknown;
  /**
   * Replaces the stable kebab-case code, and with it the problem type: the title becomes the status phrase. One that is not
   * in kebab case, or longer than 100 characters, is dropped.
   */
  readonly code?: string | undefined;
  /** Members added to the problem document. Reserved names are dropped. */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
  /** Response headers; the answer takes those on its allow-list (`Retry-After`, `WWW-Authenticate`, `Allow`, …). */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** When to try again, in milliseconds; becomes `Retry-After`. A bad value is dropped. */
  readonly retryAfterMs?: number | undefined;
  /**
   * Whether doing the same again may help. Where it is said, the answer has it as a member, and retries keep to it.
   *
   * @default what the class says; nothing is said by the classes of this package
   */
  readonly retryable?: boolean | undefined;
  /** Public text of this occurrence, the `detail`. @default the message for business errors, nothing for technical ones */
  readonly publicDetail?: string | undefined;
}

/** The fixed part of an error class. A title of its own needs a code of its own (RFC 9457 §3.1.3). */
export type ErrorDefinition = {
  /** Status that our own answer takes, 400 to 599. */
  readonly status: number;
  /** Whether doing the same again may help. @default nothing is said */
  readonly retryable?: boolean | undefined;
} & (
  | {
      /** Stable kebab-case code. @default the status phrase in kebab case */
      readonly code?: string | undefined;
      readonly title?: undefined;
    }
  | {
      readonly code: string;
      /** Title of the problem type. @default the status phrase of RFC 9110 */
      readonly title?: string | undefined;
    }
);

/** Code and title of a subclass that is a problem type of its own. */
export interface ProblemType {
  /** Stable kebab-case code. */
  readonly code: string;
  /** Title of the problem type. */
  readonly title: string;
}

const readRetryAfter = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

const readWord = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

/**
 * The base of every error that this package throws at run time. Throw its subclasses; extend `BusinessError` or
 * `TechnicalError`, or call `defineError`.
 *
 * @throws RangeError for a definition whose status is not a whole number from 400 to 599
 */
export abstract class BreakwaterError extends Error {
  /** Stable kebab-case code: tail of the problem type, label in metrics, field in logs. */
  readonly code: string;
  /** Status that our answer takes. */
  readonly status: number;
  /** Title of the problem document. Public. */
  readonly title: string;
  /** Public text of this occurrence, or nothing. */
  readonly publicDetail: string | undefined;
  /** Members added to the problem document. Frozen. */
  readonly extensions: Readonly<Record<string, unknown>>;
  /** Response headers asked for. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** When to try again, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Whether doing the same again may help; `undefined` where nothing is said. */
  readonly retryable: boolean | undefined;

  constructor(
    definition: ErrorDefinition,
    message: string | undefined,
    options: BreakwaterErrorOptions = {},
  ) {
    if (!isErrorStatus(definition.status))
      throw new RangeError('The status of an error must be a whole number from 400 to 599');
    const ownCode = definition.code ?? statusCode(definition.status);
    const code = isCode(options.code) ? options.code : ownCode;
    // The title of a class says what its own problem type means, and nothing of another (RFC 9457 §3.1.3).
    const title = (code === ownCode ? definition.title : undefined) ?? statusPhrase(definition.status);
    super(message ?? title, 'cause' in options ? { cause: options.cause } : undefined);
    this.status = definition.status;
    this.code = code;
    this.title = title;
    this.publicDetail = options.publicDetail;
    this.extensions = readExtensions(options.extensions);
    this.headers = options.headers;
    this.retryAfterMs = readRetryAfter(options.retryAfterMs);
    this.retryable = readWord(options.retryable ?? definition.retryable);
  }

  /** What happened to the outbound call behind this error, where there was one. */
  get journal(): Journal | undefined {
    return journalOf(this);
  }
}

/** Gives the instances of a class their literal name, where the stack's first line finds it too. */
export const nameInstances = (errorClass: { readonly prototype: object }, name: string): void => {
  Object.defineProperty(errorClass.prototype, 'name', { value: name, configurable: true, writable: true });
};

/** Puts a brand on the instances of a class, readable across duplicate copies of the package. */
export const branded = (errorClass: { readonly prototype: object }, brand: symbol): void => {
  Object.defineProperty(errorClass.prototype, brand, { value: true });
};

/** Names a class of this package, and brands it with that name, so that its instances are known in every copy. */
export const named = (errorClass: { readonly prototype: object }, name: string): void => {
  const brand = brandSymbol(`error.class.${name}`);
  nameInstances(errorClass, name);
  branded(errorClass, brand);
  Object.defineProperty(errorClass, CLASS, { value: brand });
};

/** The brand of a class of this package, of whichever copy; `undefined` for other values, its subclasses among them. */
export const classBrandOf = (value: unknown): symbol | undefined => {
  if (typeof value !== 'function' || !Object.hasOwn(value, CLASS)) return undefined;
  const brand = readSafely(value, CLASS);
  return typeof brand === 'symbol' ? brand : undefined;
};

named(BreakwaterError, 'BreakwaterError');
branded(BreakwaterError, ERROR);

/** Whether `error` is one of this package's, of whichever copy of it. */
export const isBreakwaterError = (error: unknown): error is BreakwaterError => hasBrand(error, ERROR);

/** What an error of ours says of doing the same again; `undefined` for one that says nothing, and for all others. */
export const retryableOf = (error: unknown): boolean | undefined =>
  isBreakwaterError(error) ? readWord(readSafely(error, 'retryable')) : undefined;
