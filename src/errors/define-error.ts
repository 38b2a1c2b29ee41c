import {
  boolean,
  type Check,
  describeValue,
  func,
  hasBrand,
  integer,
  type OptionsSite,
  readOptions,
  rejectOption,
  text,
} from '../kernel/index.ts';
import { type BreakwaterError, type BreakwaterErrorOptions, branded, nameInstances } from './base.ts';
import { BusinessError, TechnicalError } from './branches.ts';
import { isCode, MAX_CODE_LENGTH } from './code.ts';
import {
  attachPlan,
  copyOf,
  type ErrorPlan,
  isDefinedClass,
  type PlanText,
  planOf,
  shownOf,
  textOf,
  typeBrand,
} from './error-plan.ts';
import { isReserved, type ReservedName } from './extensions.ts';
import { statusCode, statusPhrase } from './status.ts';

/** `Untyped` for data of the type `any`, which everything extends. */
type IfAny<Data, Untyped, Typed> = 0 extends 1 & Data ? Untyped : Typed;

/** Data of a parent, as far as there is any. */
type Inherited<ParentData> = IfAny<
  ParentData,
  ParentData,
  [ParentData] extends [undefined] ? unknown : ParentData
>;

/** The data of an error type: its parent's and its own; `undefined` where there is none. */
export type ErrorData<Own, ParentData> = IfAny<
  Own & Inherited<ParentData>,
  Own & Inherited<ParentData>,
  [unknown] extends [Own & Inherited<ParentData>] ? undefined : Own & Inherited<ParentData>
>;

/** Keys that the problem document can show: those of each kind of data in a union. */
type ShownKey<Data> = Data extends unknown ? Exclude<keyof Data & string, ReservedName> : never;

interface TypeParts<Own, ParentData> {
  /**
   * Title of the problem type, the same for each occurrence (RFC 9457 §3.1.3). The code of a status goes with its phrase
   * alone.
   *
   * @default the status phrase
   */
  readonly title?: string | undefined;
  /**
   * Text of one occurrence: the message, and for 4xx the public `detail`. A function that throws, or gives no text, counts
   * as none.
   *
   * @default the parent's, else the title
   */
  readonly detail?: string | ((data: Own & NoInfer<Inherited<ParentData>>) => string) | undefined;
  /**
   * Public text of one occurrence, where it is not the message: the only way for a 5xx to say something.
   *
   * @default the parent's, else `detail` for 4xx and nothing for 5xx
   */
  readonly publicDetail?: string | ((data: Own & NoInfer<Inherited<ParentData>>) => string) | undefined;
  /**
   * Keys of the data that the problem document shows, added to the parent's; everything else stays inside. Members that
   * every document has, `status` for one, cannot be among them.
   *
   * @default none
   */
  readonly extensions?: readonly NoInfer<ShownKey<Own & Inherited<ParentData>>>[] | undefined;
  /** Whether doing the same again may help. @default what the parent says, else nothing is said */
  readonly retryable?: boolean | undefined;
}

/** What `defineError` needs to know of an error type. */
export type ErrorType<Own = unknown, ParentData = undefined> = TypeParts<Own, ParentData> &
  (
    | {
        /** Status of the answer: 4xx makes a business error, 5xx a technical one. */
        readonly status: number;
        readonly extends?: undefined;
      }
    | {
        /** The family: a class made by `defineError`. Its instances include those of this class. */
        readonly extends: DefinedErrorClass<ParentData>;
        /** A status of the parent's branch. @default the parent's */
        readonly status?: number | undefined;
      }
  );

/** An instance of a defined error. */
export type DefinedError<Data> = BreakwaterError & {
  /** What the error was thrown with. Frozen; only the listed extensions are ever sent. */
  readonly data: Readonly<Data>;
};

type Arguments<Data> = IfAny<
  Data,
  [data?: Data, options?: BreakwaterErrorOptions],
  [Data] extends [undefined]
    ? [data?: undefined, options?: BreakwaterErrorOptions]
    : [data: Data, options?: BreakwaterErrorOptions]
>;

/** A class made by `defineError`. */
export interface DefinedErrorClass<Data> {
  new (...args: Arguments<Data>): DefinedError<Data>;
  readonly prototype: DefinedError<Data>;
  readonly code: string;
  readonly status: number;
  /** Whether `error` is of this class or of its family, made by whichever copy of this package. Never throws. */
  readonly is: (error: unknown) => error is DefinedError<Data>;
}

const WHERE = 'defineError';

const pascalCase = (code: string): string =>
  code.replace(/(^|-)([a-z0-9])/g, (_match, _dash, first: string) => first.toUpperCase());

const textOrFunction: Check = {
  expects: 'a text or a function',
  type: (value) => text.type(value) || func.type(value),
};

const checks = {
  status: integer(400, 599),
  title: text,
  detail: textOrFunction,
  publicDetail: textOrFunction,
  extensions: { expects: 'a list of keys of the data', type: Array.isArray },
  extends: { expects: 'a class made by defineError', type: isDefinedClass },
  retryable: boolean,
};

/** `ErrorType` without what only types can tell. */
interface Given {
  readonly status?: number | undefined;
  readonly title?: string | undefined;
  readonly detail?: PlanText;
  readonly publicDetail?: PlanText;
  readonly extensions?: readonly unknown[] | undefined;
  readonly extends?: object | undefined;
  readonly retryable?: boolean | undefined;
}

const checkCode = (code: unknown): void => {
  if (typeof code !== 'string') throw new TypeError(`${WHERE}: the code must be a text in kebab case`);
  if (!isCode(code))
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

const readStatus = (site: OptionsSite, given: unknown, parent: ErrorPlan | undefined): number => {
  const status = given ?? parent?.definition.status;
  if (typeof status !== 'number')
    return rejectOption(site, 'status', checks.status.expects, status, TypeError);
  const isBusiness = status < 500;
  if (parent !== undefined && isBusiness !== parent.definition.status < 500)
    rejectOption(site, 'status', `of the parent's branch, ${isBusiness ? '5xx' : '4xx'}`, status);
  return status;
};

/** A code that means a status and nothing more has no other title than its phrase, as `about:blank` has (RFC 9457 §4.2.1). */
const checkTitle = (site: OptionsSite, title: string | undefined, code: string, status: number): void => {
  const phrase = statusPhrase(status);
  if (title !== undefined && title !== phrase && code === statusCode(status))
    rejectOption(site, 'title', `"${phrase}", for the code is that of the status`, title);
};

/** Reads and checks an error type and completes it from its parent. */
const readPlan = (site: OptionsSite, code: string, type: unknown): ErrorPlan => {
  const given = readOptions<Given>(site, type, {}, checks);
  const parent = planOf(given.extends);
  const status = readStatus(site, given.status, parent);
  checkTitle(site, given.title, code, status);
  return {
    definition: Object.freeze({
      status,
      code,
      title: given.title,
      retryable: given.retryable ?? parent?.definition.retryable,
    }),
    detail: given.detail ?? parent?.detail,
    publicDetail: given.publicDetail ?? parent?.publicDetail,
    shown: Object.freeze([...(parent?.shown ?? []), ...readShown(site, given.extensions)]),
  };
};

type AnyDefinedClass = new (data: unknown, options?: BreakwaterErrorOptions) => BreakwaterError;

const rootClass = (first: ErrorPlan): AnyDefinedClass => {
  const isBusiness = first.definition.status < 500;
  const Branch = isBusiness ? BusinessError : TechnicalError;
  return class extends Branch {
    readonly data: unknown;

    constructor(data: unknown, options?: BreakwaterErrorOptions) {
      // A class that extends this one has a plan of its own.
      const plan = planOf(new.target) ?? first;
      const message = textOf(plan.detail, data);
      const publicDetail =
        options?.publicDetail ?? textOf(plan.publicDetail, data) ?? (isBusiness ? message : undefined);
      const shown = shownOf(plan, data);
      super(
        plan.definition,
        message,
        options === undefined
          ? { publicDetail, extensions: shown }
          : { ...options, publicDetail, extensions: { ...options.extensions, ...shown } },
      );
      this.data = copyOf(data);
    }
  };
};

/** Gives a class what all defined ones have. */
const finish = (defined: AnyDefinedClass, plan: ErrorPlan): void => {
  const { code, status } = plan.definition;
  const name = pascalCase(code);
  const brand = typeBrand(code);
  attachPlan(defined, plan);
  branded(defined, brand);
  nameInstances(defined, name);
  const is = (error: unknown): boolean => hasBrand(error, brand);
  Object.defineProperty(defined, 'name', { value: name, configurable: true });
  for (const [key, value] of Object.entries({ code, status, is }))
    Object.defineProperty(defined, key, { value, enumerable: true });
};

/**
 * Makes an error class of an app's own: `new InsufficientFunds({ needed: 30, balance: 10 })`. One that `extends` another
 * belongs to its family: `on(OrderError, …)`, `OrderError.is(error)` and `instanceof OrderError` cover it too.
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
export const defineError = <Own = unknown, ParentData = undefined>(
  code: string,
  type: ErrorType<Own, ParentData>,
): DefinedErrorClass<ErrorData<Own, ParentData>> => {
  checkCode(code);
  const plan = readPlan({ where: `${WHERE}("${code}")` }, code, type);
  // isDefinedClass tested it: such a class takes data and options.
  const Parent = type.extends as AnyDefinedClass | undefined;
  const defined = Parent === undefined ? rootClass(plan) : class extends Parent {};
  finish(defined, plan);
  // The class takes data first; Arguments only says when it may be left out.
  return defined as unknown as DefinedErrorClass<ErrorData<Own, ParentData>>;
};
