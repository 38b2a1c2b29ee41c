import type { RequestContext } from '../../context/index.ts';
import { type OptionsSite, readSafely } from '../../kernel/index.ts';
import type { FieldPrivacyOptions } from './options.ts';
import { createPseudonym } from './pseudonym.ts';

type Fields = RequestContext['fields'];

/** What the app bound to a request, as lines say it. */
export type ReadFields = (fields: Fields) => Fields;

const READ_FIELDS = Symbol.for('express-breakwater.log.fields');
const MAX_KEPT = 4;

const asItIs: ReadFields = (fields) => fields;

/** At most four characters, and never more than half: a short id would be printed whole. */
const truncate = (id: string): string => {
  const characters = [...id];
  return `${characters.slice(0, Math.min(MAX_KEPT, Math.floor(characters.length / 2))).join('')}…`;
};

/**
 * How what the app bound is printed; `undefined` where it is printed as it is.
 *
 * @throws TypeError or RangeError for the mode `hmac` without a good key
 */
const createReadFields = (site: OptionsSite, options: FieldPrivacyOptions): ReadFields => {
  const { userId: mode, hmac } = options;
  const pseudonym = mode === 'hmac' || hmac !== undefined ? createPseudonym(site, hmac) : truncate;
  if (mode === undefined || mode === 'plain') return asItIs;
  const off = (): undefined => undefined;
  const print = { off, truncate, hmac: pseudonym }[mode];
  // A request writes many lines; its bag is one object for as long as it lives.
  const printed = new WeakMap<Fields, { readonly id: unknown; readonly text: string | undefined }>();
  return (fields) => {
    if (!Object.hasOwn(fields, 'userId')) return fields;
    const { userId, ...others } = fields;
    let known = printed.get(fields);
    if (known?.id !== userId) {
      known = { id: userId, text: print(String(userId)) };
      printed.set(fields, known);
    }
    return known?.text === undefined ? others : { ...others, userId: known.text };
  };
};

/**
 * Makes a logger and its children print what the app bound as the options say.
 *
 * @throws TypeError or RangeError for the mode `hmac` without a good key
 */
export const teachFields = (
  site: OptionsSite,
  loggers: readonly object[],
  options: FieldPrivacyOptions,
): void => {
  const value = createReadFields(site, options);
  // Where nothing is said a logger does as its parent, which may hide what this one would show.
  if (options.userId === undefined) return;
  // The first that teaches an instance of the app's decides for the lines that it writes itself.
  for (const logger of loggers) {
    if (!Object.hasOwn(logger, READ_FIELDS)) Object.defineProperty(logger, READ_FIELDS, { value });
  }
};

/** How a logger prints what the app bound: children have it from their parents. */
export const readFieldsOf = (logger: unknown): ReadFields => {
  const found = readSafely(logger, READ_FIELDS);
  // Only teachFields writes under this symbol.
  return found === undefined ? asItIs : (found as ReadFields);
};
