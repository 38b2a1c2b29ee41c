import { brandSymbol, hasBrand } from '../kernel/index.ts';

const PROBLEM_HANDLER = brandSymbol('middleware.problem-handler');
const NOT_FOUND = brandSymbol('middleware.not-found');

const marked = <F extends object>(middleware: F, mark: symbol): F =>
  Object.defineProperty(middleware, mark, { value: true });

/** Marks a middleware, so that `doctor()` knows it in an app's stack, whatever copy of the package it is of. */
export const asProblemHandler = <F extends object>(middleware: F): F => marked(middleware, PROBLEM_HANDLER);

/** Marks a middleware made by `notFound()`. */
export const asNotFound = <F extends object>(middleware: F): F => marked(middleware, NOT_FOUND);

/** Whether it was made by `problemHandler()`. Never throws. */
export const isProblemHandler = (value: unknown): boolean => hasBrand(value, PROBLEM_HANDLER);

/** Whether it was made by `notFound()`. Never throws. */
export const isNotFound = (value: unknown): boolean => hasBrand(value, NOT_FOUND);
