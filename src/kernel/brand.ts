import { readSafely } from './thrown.ts';

/** A symbol that every copy of this package in the process shares, so that brands survive duplicate installs. */
export const brandSymbol = (name: string): symbol => Symbol.for(`express-breakwater.${name}`);

/** Whether `value` carries `brand`. Never throws, whatever `value` is. */
export const hasBrand = (value: unknown, brand: symbol): boolean =>
  // A proxy that answers every question with an object is nobody's brand.
  readSafely(value, brand) === true;
