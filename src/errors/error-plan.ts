import { brandSymbol, hasBrand, readSafely } from '../kernel/index.ts';
import { classBrandOf, type ErrorDefinition } from './base.ts';

/** What the constructor of a defined class works from, its parents' part included. Frozen. */
export interface ErrorPlan {
  readonly definition: ErrorDefinition & { readonly code: string };
  readonly detail: PlanText;
  readonly publicDetail: PlanText;
  /** Keys of the data that are shown. */
  readonly shown: readonly string[];
}

/** A text, or what makes one of the data. The types of `defineError` say of which data. */
export type PlanText = string | ((data: never) => string) | undefined;

const PLAN = brandSymbol('error.plan');

/** The symbol that instances of the class with that code and of its subclasses carry, in every copy of the package. */
export const typeBrand = (code: string): symbol => brandSymbol(`error.type.${code}`);

/** Keeps the plan with its class, out of sight; subclasses inherit it. */
export const attachPlan = (defined: object, plan: ErrorPlan): void => {
  Object.defineProperty(defined, PLAN, { value: Object.freeze(plan) });
};

/** The plan of a class, or that of the defined class that it extends; `undefined` for other values. */
export const planOf = (errorClass: unknown): ErrorPlan | undefined => {
  const plan = readSafely(errorClass, PLAN);
  // Only attachPlan writes under this symbol.
  return typeof plan === 'object' && plan !== null ? (plan as ErrorPlan) : undefined;
};

/** Whether `defineError` made `value`, of whichever copy; a class that merely extends such a one is not meant. */
export const isDefinedClass = (value: unknown): boolean =>
  typeof value === 'function' && Object.hasOwn(value, PLAN) && planOf(value) !== undefined;

/** The guard of a class of this package or of one that `defineError` made; `undefined` for other values. */
export const classGuardOf = (value: unknown): ((error: unknown) => boolean) | undefined => {
  const brand = classBrandOf(value);
  if (brand !== undefined) return (error) => hasBrand(error, brand);
  const guard = isDefinedClass(value) ? readSafely(value, 'is') : undefined;
  // defineError wrote it, where nobody can write after it.
  return typeof guard === 'function' ? (guard as (error: unknown) => boolean) : undefined;
};

/** The text of one occurrence; nothing from a function that fails or gives no text: the error itself must not be lost. */
export const textOf = (text: PlanText, data: unknown): string | undefined => {
  if (typeof text !== 'function') return text;
  try {
    // The types of defineError let nobody construct an error without the data that its functions take.
    const made: unknown = text(data as never);
    return typeof made === 'string' ? made : undefined;
  } catch {
    return undefined;
  }
};

/** Whether `data` has `key` itself or by its class, not as every object has `toString`. */
const hasKey = (data: object, key: string): boolean => {
  if (Object.hasOwn(data, key)) return true;
  const parent: unknown = Object.getPrototypeOf(data);
  // The root of all prototypes, of whichever realm, has none itself.
  if (typeof parent !== 'object' || parent === null || Object.getPrototypeOf(parent) === null) return false;
  return hasKey(parent, key);
};

/** The part of the data that is shown, getters of its class among it; what cannot be read is left out. */
export const shownOf = ({ shown }: ErrorPlan, data: unknown): Readonly<Record<string, unknown>> => {
  if (typeof data !== 'object' || data === null) return {};
  try {
    const values: Record<string, unknown> = {};
    // No name that would change the object can be among them: these are reserved.
    for (const key of shown) if (hasKey(data, key)) values[key] = readSafely(data, key);
    return values;
  } catch {
    // A hostile proxy.
    return {};
  }
};

/** What an assignment makes, where it would do something else. */
const OWN = { configurable: true, enumerable: true, writable: true };

/** A frozen copy of the data; what cannot be read is `undefined` in it. */
export const copyOf = (data: unknown): unknown => {
  if (typeof data !== 'object' || data === null) return data;
  try {
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(data)) {
      const value = readSafely(data, key);
      if (key === '__proto__') Object.defineProperty(copy, key, { ...OWN, value });
      else copy[key] = value;
    }
    return Object.freeze(copy);
  } catch {
    // A hostile proxy.
    return Object.freeze({});
  }
};
