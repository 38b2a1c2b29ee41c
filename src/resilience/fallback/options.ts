import { func, type OptionsSite, readOptions } from '../../kernel/index.ts';
import { needOptions } from '../parts.ts';

/** Answers a failed call: given what was asked and what it failed with. */
export type FallbackFunction<Req, Value> = (request: Req, error: unknown) => Value | Promise<Value>;

/** Whether a failure is answered by the fallback; anything but `true` and `false` leaves it to the built-in rule. */
export type FallbackWhen = (error: unknown) => boolean | undefined;

/**
 * What answers instead of a failed dependency: a function, a fixed `value`, or a function with a condition. It stands in
 * for technical and rejected failures and unknown errors, not for business errors of whichever library, nor for mistakes of
 * the program (a TypeError that no failed call stands behind); `when` decides otherwise. A caller's own abort is never
 * answered. `Made` is what its functions give, where that is told apart from a written value.
 */
export type FallbackOption<Req, Value, Made = Value> =
  | FallbackFunction<Req, Made>
  | { readonly value: Value; readonly when?: FallbackWhen | undefined }
  | { readonly use: FallbackFunction<Req, Made>; readonly when?: FallbackWhen | undefined };

/** Any value; that primitives are named keeps the compiler from widening a literal. */
export type Anything = string | number | bigint | boolean | symbol | NonNullable<unknown> | null | undefined;

/** What was written as a literal, without the `readonly` that the compiler gives the lists in it. */
type Written<Value> = Value extends readonly unknown[]
  ? { -readonly [Index in keyof Value]: Written<Value[Index]> }
  : Value extends Readonly<Record<string, unknown>>
    ? { [Name in keyof Value]: Written<Value[Name]> }
    : Value;

/**
 * `Yes` where `Value`, written as a literal or not, is some `Res`. The first question alone can be answered while both are
 * type parameters.
 */
export type IfFits<Value, Res, Yes, No> = [Value] extends [Res]
  ? Yes
  : [Written<Value>] extends [Res]
    ? Yes
    : No;

/** Normalised `FallbackOption`. */
export interface FallbackPlan<Req> {
  readonly use: FallbackFunction<Req, unknown>;
  /** `undefined` for the built-in rule. */
  readonly when: FallbackWhen | undefined;
  /** Whether it has its answer ready. */
  readonly isFixed: boolean;
}

interface Given<Req> {
  readonly use: FallbackFunction<Req, unknown> | undefined;
  readonly value: unknown;
  readonly when: FallbackWhen | undefined;
}

const NOTHING = Object.freeze({ use: undefined, value: undefined, when: undefined });
const checks = { use: func, value: { expects: 'a value', type: () => true }, when: func };

/**
 * Normalises `fallback`, which stands under `key` of `site`.
 *
 * @throws TypeError for something else than a function or an object; RangeError for an object with both or none of
 * `use` and `value`
 */
export const readFallback = <Req>(
  site: OptionsSite,
  given: FallbackOption<Req, unknown>,
): FallbackPlan<Req> => {
  if (typeof given === 'function') return Object.freeze({ use: given, when: undefined, isFixed: false });
  if (given === undefined) needOptions(site.where, given);
  const written = readOptions<Given<Req>>(site, given, NOTHING, checks);
  const hasValue = Object.hasOwn(given, 'value');
  if (hasValue === (written.use !== undefined)) {
    const place = site.path ? `option "${site.path}"` : 'the options';
    throw new RangeError(`${site.where}: ${place} must have either "use" or "value"`);
  }
  const { use = () => written.value, when } = written;
  return Object.freeze({ use, when, isFixed: hasValue });
};
