import { describeValue, readSafely } from '../kernel/index.ts';

/** How much of a function's text is looked at. */
const MAX_TEXT = 500;

const ERROR_NAME = /error_?handler$|^handle_?errors?$/i;
const ERROR_PARAMETER = /^_*err(?:or)?$/i;
const REQUEST_PARAMETER = /^_*req(?:uest)?$/i;

/** The names of a function's first two parameters as they are written, '' for none that is a plain name. */
const parametersOf = (handle: object): readonly string[] => {
  const text = Function.prototype.toString.call(handle).slice(0, MAX_TEXT);
  const alone = /^(?:async\s+)?([\w$]+)\s*=>/.exec(text);
  if (alone) return [alone[1] ?? '', ''];
  const list = text.slice(text.indexOf('(') + 1);
  const [, first = '', second = ''] = /^\s*([\w$]+)\s*(?:,\s*([\w$]+))?/.exec(list) ?? [];
  return [first, second];
};

/**
 * Whether a function is written as an error handler: by its first parameter, or by its name unless it takes the request
 * first. `e` alone says nothing, as minified code calls any parameter so.
 */
const looksLikeErrorHandler = (handle: object, name: string): boolean => {
  const [first = '', second = ''] = parametersOf(handle);
  if (REQUEST_PARAMETER.test(first)) return false;
  const isError = ERROR_PARAMETER.test(first) || (first === 'e' && REQUEST_PARAMETER.test(second));
  return isError || ERROR_NAME.test(name);
};

/** What is wrong with a middleware that looks like an error handler and is none for Express. */
export const mistakenHandlerFinding = (handle: unknown): readonly string[] => {
  if (typeof handle !== 'function' || handle.length === 4) return [];
  const name = String(readSafely(handle, 'name'));
  if (!looksLikeErrorHandler(handle, name)) return [];
  const who = name === '' ? 'An error handler without a name' : `The error handler ${describeValue(name)}`;
  const count = handle.length === 1 ? '1 parameter' : `${handle.length} parameters`;
  return [
    `${who} has ${count}. Express knows error handlers by exactly four, without defaults and rest: this one never gets an error`,
  ];
};
