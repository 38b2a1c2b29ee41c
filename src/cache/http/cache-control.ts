/** The directives of a Cache-Control field, names in lower case; a directive without a value maps to `''`. */
export type CacheControl = ReadonlyMap<string, string>;

// #cache-directive with cache-directive = token [ "=" ( token / quoted-string ) ]; a list may have empty members.
const TOKEN = "([!#$%&'*+.^_`|~\\w-]+)";
const DIRECTIVE = `[ \\t]*(?:${TOKEN}(?:=(?:${TOKEN}|"((?:[^"\\\\]|\\\\.)*)"))?[ \\t]*)?(?:,|$)`;

/** No number of seconds, and no safe guess: whoever reads it takes the least. */
const NO_VALUE = 'unreadable';

/** The longest field that is read; no honest one comes near. */
const MAX_LENGTH = 8_192;

/**
 * Reads a Cache-Control field; directive names are case-insensitive. `undefined` for one that does not parse or is longer
 * than 8 kB: treat it as `no-store`. A directive that is there twice with different values has one that is no number (RFC 9111 §4.2.1).
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-5.2
 */
export const parseCacheControl = (value: string): CacheControl | undefined => {
  if (value.length > MAX_LENGTH) return undefined;
  const directives = new Map<string, string>();
  const next = new RegExp(DIRECTIVE, 'y');
  while (next.lastIndex < value.length) {
    const match = next.exec(value);
    if (match === null) return undefined;
    const [, name, token, quoted] = match;
    if (name === undefined) continue;
    const key = name.toLowerCase();
    // An empty text is not the same as none: `max-stale` alone means any age.
    const given = token ?? (quoted === '' ? NO_VALUE : quoted) ?? '';
    const before = directives.get(key);
    directives.set(key, before === undefined || before === given ? given : NO_VALUE);
  }
  return directives;
};

/** The most seconds that are told apart (RFC 9111 §1.2.2). */
const MAX_SECONDS = 2 ** 31;

const SECONDS = /^\d+$/;

/**
 * Seconds of a directive, in milliseconds; `undefined` where it is not there.
 *
 * @param unreadable what it is where its value is no number of seconds
 */
export const durationOf = (control: CacheControl, name: string, unreadable = 0): number | undefined => {
  const value = control.get(name);
  if (value === undefined) return undefined;
  return SECONDS.test(value) ? Math.min(Number(value), MAX_SECONDS) * 1_000 : unreadable;
};
