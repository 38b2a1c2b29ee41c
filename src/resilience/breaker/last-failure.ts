import { readSafely } from '../../kernel/index.ts';
import { scrubText } from '../../redaction/index.ts';
import type { LastError } from './handle.ts';

const MAX_TEXT = 300;
const MAX_WORD = 64;
/** What is longer is cut before it is kept: an error of a database can quote megabytes. */
const MAX_KEPT = 1_000;

const bounded = (text: string | undefined, max: number): string | undefined =>
  text ? scrubText(text, max).slice(0, max) : undefined;

const textOf = (error: unknown, key: string, max: number): string | undefined => {
  const value = readSafely(error, key);
  if (typeof value !== 'string') return undefined;
  return value.length > MAX_KEPT ? bounded(value, max) : value;
};

const errorOf = ({ name, message, code }: LastError): Error => {
  const { stackTraceLimit } = Error;
  // Reflect answers false where Error is frozen: the copy has a stack then.
  Reflect.set(Error, 'stackTraceLimit', 0);
  try {
    return Object.assign(new Error(message), { name, ...(code === undefined ? {} : { code }) });
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  }
};

/**
 * A failure as it is kept: name, message and code, bounded, without the secrets that are known by their form. It holds
 * nothing else of the error or of the request that failed. Both forms are made when somebody asks: most failures are
 * followed by another one before that, and the two cost more than all else that is done about a failure.
 */
export class LastFailure {
  readonly #name: string | undefined;
  readonly #message: string | undefined;
  readonly #code: string | undefined;
  #summary: LastError | undefined = undefined;
  #copy: Error | undefined = undefined;

  constructor(error: unknown) {
    this.#name = textOf(error, 'name', MAX_WORD);
    this.#message = textOf(error, 'message', MAX_TEXT);
    this.#code = textOf(error, 'code', MAX_WORD);
  }

  /** For snapshots. Frozen. */
  get summary(): LastError {
    this.#summary ??= Object.freeze({
      name: bounded(this.#name, MAX_WORD) ?? 'Error',
      message: bounded(this.#message, MAX_TEXT) ?? '',
      code: bounded(this.#code, MAX_WORD),
    });
    return this.#summary;
  }

  /** For the log, as the cause of refusals: without a stack, a cause and other properties. */
  get copy(): Error {
    this.#copy ??= errorOf(this.summary);
    return this.#copy;
  }
}
