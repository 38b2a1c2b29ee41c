import { readSafely } from '../kernel/index.ts';
import { isName } from './fault-place.ts';

/** Texts and numbers of one part of a request; `undefined` stands for more than can be looked at. */
export type SubmittedTexts = ReadonlySet<string> | undefined;

const MAX_VALUES = 1_000;
const MAX_PIECES = 2_000;

const MIN_LENGTH = 3;
const MIN_PIECE_LENGTH = 4;
const MAX_SPLIT_LENGTH = 1_000;

// A text of more pieces is prose, whose words stand in messages by chance.
const MAX_PIECES_OF_NO_PROSE = 8;
const WORD = /^\p{L}+$/u;

const SEPARATORS = /[\s,;:=/|"'`]+/;

// Prose and media types that browsers send: nothing secret, but words that stand in messages by chance.
const PROSE = /^(?:user-agent|accept|sec-)/;

// Words that libraries' own messages are made of. Where one was submitted within a text, a message with it tells nothing.
const PLAIN =
  /^(?:address|array|boolean|character|characters|date|email|equal|expected|have|input|integer|invalid|item|items|length|less|more|must|number|object|option|required|small|string|than|type|valid|value|with)$/i;

interface Found {
  /** Texts, numbers, and keys that are no names. */
  readonly whole: readonly string[];
  /** The texts among them. */
  readonly texts: readonly string[];
}

/** What stands anywhere in `root`; `undefined` if it is more than can be looked at. */
const collect = (root: unknown): Found | undefined => {
  const whole: string[] = [];
  const texts: string[] = [];
  const queue: unknown[] = [root];
  for (const value of queue) {
    if (typeof value === 'string') texts.push(value);
    if (typeof value === 'number' || typeof value === 'bigint') whole.push(String(value));
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value) && value.length > MAX_VALUES) return undefined;
    const keys = Object.keys(value);
    if (queue.length + keys.length > MAX_VALUES) return undefined;
    for (const key of keys) {
      if (!isName(key)) whole.push(key);
      queue.push(readSafely(value, key));
    }
  }
  return { whole: [...whole, ...texts, ...texts.map((text) => text.trim())], texts };
};

/** The values of headers that may hold a secret. */
const headerTexts = (headers: unknown): readonly string[] => {
  if (typeof headers !== 'object' || headers === null) return [];
  return Object.keys(headers)
    .filter((name) => !PROSE.test(name))
    .map((name) => String(readSafely(headers, name)));
};

const compared = (piece: string): boolean => piece.length >= MIN_PIECE_LENGTH && !PLAIN.test(piece);

/** Between separators: a schema may take `Bearer abc` apart, split `abc:def`, and speak of `abc` alone. */
const piecesOfHeader = (text: string): readonly string[] => text.split(SEPARATORS).filter(compared);

/** The same of a text that may be prose. */
const piecesOfText = (text: string): readonly string[] => {
  if (text.length > MAX_SPLIT_LENGTH) return [];
  const pieces = text.split(SEPARATORS);
  const isProse = pieces.length > MAX_PIECES_OF_NO_PROSE;
  return pieces.filter((piece) => compared(piece) && !(isProse && WORD.test(piece)));
};

/** As it would stand in a message, whose case is not looked at: as it is, and as JSON writes it. */
const written = (text: string): readonly string[] => {
  const lower = text.toLowerCase();
  return [lower, JSON.stringify(lower).slice(1, -1)];
};

/**
 * What a message about `value`, a part of a request or several, must not quote: its texts and numbers, keys that are no
 * names, and pieces of the texts.
 *
 * @param isHeaders whether these are headers, some of which are prose
 */
export const submittedTexts = (value: unknown, isHeaders = false): SubmittedTexts => {
  const found = collect(value);
  if (found === undefined) return undefined;
  const whole = found.whole.filter((text) => text.length >= MIN_LENGTH);
  const pieces = isHeaders ? headerTexts(value).flatMap(piecesOfHeader) : found.texts.flatMap(piecesOfText);
  return pieces.length > MAX_PIECES ? undefined : new Set([...whole, ...pieces].flatMap(written));
};
