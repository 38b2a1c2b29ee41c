import {
  describeValue,
  func,
  integer,
  type OptionsSite,
  readOptions,
  rejectOption,
  text,
} from '../kernel/index.ts';
import { type BreakwaterError, type BreakwaterErrorOptions, named } from './base.ts';
import { BusinessError, TechnicalError } from './branches.ts';
import { isReserved } from './extensions.ts';

/** What `defineError` needs to know of an error type. */
export interface ErrorType<Data> {
  /** Status of the answer: 4xx makes a business error, 5xx a technical one. */
  readonly status: number;
  /** Title of the problem type, the same for each occurrence (RFC 9457 §3.1.3). @default the status phrase */
  readonly title?: string | undefined;
  /** Text of one occurrence: the message, and for 4xx the public `detail`. @default the title */
  readonly detail?: (string | ((data: Data) => string)) | undefined;
  /**
   * Keys of the data that the problem document shows; everything else stays inside. Members that every document has,
   * `status` for one, cannot be among them.
   *
   * @default none
   */
  readonly extensions?: readonly (keyof NoInfer<Data> & string)[] | undefined;
}

/** An instance of a defined error. */
export type DefinedError<Data> = BreakwaterError & {
  /** What the error was thrown with. Frozen; only the listed extensions are ever sent. */
  readonly data: Readonly<Data>;
};

type Arguments<Data> = [Data] extends [undefined]
  ? [data?: undefined, options?: BreakwaterErrorOptions]
  : [data: Data, options?: BreakwaterErrorOptions];

/** A class made by `defineError`. */
export interface DefinedErrorClass<Data> {
  new (...args: Arguments<Data>): DefinedError<Data>;
  readonly prototype: DefinedError<Data>;
  readonly code: string;
  readonly status: number;
}

const CODE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** The answer takes no longer one, for the code ends a URI. */
const MAX_CODE_LENGTH = 100;
const WHERE = 'defineError';

const pascalCase = (code: string): string =>
  code.replace(/(^|-)([a-z0-9])/g, (_match, _dash, first: string) => first.toUpperCase());

const checks = {
  status: integer(400, 599),
  title: text,
  detail: { expects: 'a text or a function', type: (value: unknown) => text.type(value) || func.type(value) },
  extensions: { expects: 'a list of keys of the data', type: Array.isArray },
};

const checkCode = (code: unknown): void => {
  if (typeof code !== 'string') throw new TypeError(`${WHERE}: the code must be a text in kebab case`);
  if (code.length > MAX_CODE_LENGTH || !CODE.test(code))
    throw new RangeError(
      `${WHERE}: the code must be in kebab case, as "insufficient-funds", of at most ${MAX_CODE_LENGTH} characters, but was ${describeValue(code)}`,
    );
};

const readShown = (site: OptionsSite, extensions: readonly unknown[] = []): readonly string[] =>
  extensions.map((key, index) => {
    const name = `extensions[${index}]`;
    if (typeof key !== 'string') return rejectOption(site, name, 'a key of the data', key, TypeError);
    if (isReserved(key)) return rejectOption(site, name, 'a key that is no member of every answer', key);
    return key;
  });

/**
 * Makes an error class of an app's own: `new InsufficientFunds({ needed: 30, balance: 10 })`.
 *
 * @param code stable kebab-case code of at most 100 characters; the problem type is `baseUri` + `code`
 * @throws TypeError or RangeError for a bad code or a bad option
 * @example
 * const InsufficientFunds = defineError('insufficient-funds', {
 *   status: 403,
 *   title: 'Insufficient funds',
 *   detail: (d: { needed: number; balance: number }) => `The order needs ${d.needed} but the balance is ${d.balance}.`,
 *   extensions: ['needed'],
 * });
 * @see https://www.rfc-editor.org/rfc/rfc9457#section-4
 */
export const defineError = <Data = undefined>(
  code: string,
  type: ErrorType<Data>,
): DefinedErrorClass<Data> => {
  checkCode(code);
  const site = { where: `${WHERE}("${code}")` };
  if (type?.status === undefined)
    throw new TypeError(`${site.where}: option "status" must be ${checks.status.expects}, but was undefined`);
  const { status, title, detail, extensions } = readOptions<ErrorType<Data>>(site, type, type, checks);
  const definition = Object.freeze({ status, code, title });
  const shown = readShown(site, extensions);
  const messageOf = (data: Data): string | undefined =>
    typeof detail === 'function' ? detail(data) : detail;
  const pick = (data: unknown): Readonly<Record<string, unknown>> | undefined => {
    if (shown.length === 0 || typeof data !== 'object' || data === null) return undefined;
    return Object.fromEntries(Object.entries(data).filter(([key]) => shown.includes(key)));
  };

  const Branch = status < 500 ? BusinessError : TechnicalError;
  const defined = class extends Branch {
    static readonly code = code;
    static readonly status = status;
    readonly data: Data;

    constructor(data: Data, options?: BreakwaterErrorOptions) {
      super(definition, messageOf(data), {
        ...options,
        extensions: { ...options?.extensions, ...pick(data) },
      });
      this.data = Object.freeze(typeof data === 'object' && data !== null ? { ...data } : data);
    }
  };
  const name = pascalCase(code);
  named(defined, name);
  Object.defineProperty(defined, 'name', { value: name, configurable: true });
  // The class takes data first; Arguments only says when it may be left out.
  return defined as unknown as DefinedErrorClass<Data>;
};
