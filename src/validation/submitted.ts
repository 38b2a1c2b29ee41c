import { isName, type SubmittedTexts, submittedTexts } from '../errors/index.ts';
import { readSafely } from '../kernel/index.ts';

const MAX_KEYS = 1_000;
const MAX_PIECES = 2_000;

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
  /** Keys that are no names. */
  readonly odd: readonly string[];
  readonly texts: readonly string[];
}

/** Keys and texts anywhere in `root`; `undefined` if there are more keys than can be looked at. */
const collect = (root: unknown): Found | undefined => {
  const odd: string[] = [];
  const texts: string[] = [];
  const queue: unknown[] = [root];
  for (const value of queue) {
    if (typeof value === 'string') texts.push(value);
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value) && value.length > MAX_KEYS) return undefined;
    const keys = Object.keys(value);
    if (queue.length + keys.length > MAX_KEYS) return undefined;
    for (const key of keys) {
      if (!isName(key)) odd.push(key);
      queue.push(readSafely(value, key));
    }
  }
  return { odd, texts };
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

/**
 * What a message about `value`, the headers or another part of a request, must not quote: its texts and numbers, keys that
 * are no names, and pieces of the texts.
 */
export const textsOf = (value: unknown, isHeaders: boolean): SubmittedTexts => {
  const found = collect(value);
  if (found === undefined) return undefined;
  const trimmed = found.texts.map((text) => text.trim()).filter((text, index) => text !== found.texts[index]);
  const whole = submittedTexts([value, ...found.odd, ...trimmed]);
  const pieces = isHeaders ? headerTexts(value).flatMap(piecesOfHeader) : found.texts.flatMap(piecesOfText);
  if (whole === undefined || pieces.length > MAX_PIECES) return undefined;
  const lower = pieces.map((piece) => piece.toLowerCase());
  return new Set([...whole, ...lower, ...lower.map((piece) => JSON.stringify(piece).slice(1, -1))]);
};
