import { isName, type SubmittedTexts, submittedTexts } from '../errors/index.ts';
import { readSafely } from '../kernel/index.ts';

const MAX_KEYS = 1_000;

const SEPARATORS = /[\s,;=]+/;

// Prose and media types that browsers send: nothing secret, but words that stand in messages by chance.
const PROSE = /^(?:user-agent|accept|sec-)/;

/** Keys anywhere in `root` that are no names; `undefined` if there are more keys than can be looked at. */
const oddKeys = (root: unknown): readonly string[] | undefined => {
  const odd: string[] = [];
  const queue: unknown[] = [root];
  for (const value of queue) {
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value) && value.length > MAX_KEYS) return undefined;
    const keys = Object.keys(value);
    if (queue.length + keys.length > MAX_KEYS) return undefined;
    for (const key of keys) {
      if (!isName(key)) odd.push(key);
      queue.push(readSafely(value, key));
    }
  }
  return odd;
};

/** The parts of header values: a schema may take `Bearer abc` apart, and speak of `abc` alone. */
const piecesOf = (headers: unknown): readonly string[] => {
  if (typeof headers !== 'object' || headers === null) return [];
  return Object.keys(headers).flatMap((name) =>
    PROSE.test(name) ? [] : String(readSafely(headers, name)).split(SEPARATORS),
  );
};

/**
 * What a message about `value`, the headers or another part of a request, must not quote: its texts and numbers, and keys
 * that are no names.
 */
export const textsOf = (value: unknown, isHeaders: boolean): SubmittedTexts => {
  const odd = oddKeys(value);
  if (odd === undefined) return undefined;
  return submittedTexts([value, ...odd, ...(isHeaders ? piecesOf(value) : [])]);
};
