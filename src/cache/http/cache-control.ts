/** The directives of a Cache-Control field, names in lower case; a directive without a value maps to `''`. */
export type CacheControl = ReadonlyMap<string, string>;

// #cache-directive with cache-directive = token [ "=" ( token / quoted-string ) ]; a list may have empty members.
const TOKEN = "([!#$%&'*+.^_`|~\\w-]+)";
const DIRECTIVE = `[ \\t]*(?:${TOKEN}(?:=(?:${TOKEN}|"((?:[^"\\\\]|\\\\.)*)"))?[ \\t]*)?(?:,|$)`;

/** No number of seconds, and no safe guess: whoever reads it takes the least. */
const CONFLICT = 'conflict';

/**
 * Reads a Cache-Control field; directive names are case-insensitive. `undefined` for one that does not parse: treat it
 * as `no-store`. A directive that is there twice with different values has one that is no number (RFC 9111 §4.2.1).
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-5.2
 */
export const parseCacheControl = (value: string): CacheControl | undefined => {
  const directives = new Map<string, string>();
  const next = new RegExp(DIRECTIVE, 'y');
  while (next.lastIndex < value.length) {
    const match = next.exec(value);
    if (match === null) return undefined;
    const [, name, token, quoted] = match;
    if (name === undefined) continue;
    const key = name.toLowerCase();
    const given = token ?? quoted ?? '';
    const before = directives.get(key);
    directives.set(key, before === undefined || before === given ? given : CONFLICT);
  }
  return directives;
};

/** The most seconds that are told apart (RFC 9111 §1.2.2). */
const MAX_SECONDS = 2 ** 31;

const SECONDS = /^\d+$/;

/** Seconds of a directive, in milliseconds: `undefined` where it is not there, 0 where its value is none. */
export const durationOf = (control: CacheControl, name: string): number | undefined => {
  const value = control.get(name);
  if (value === undefined) return undefined;
  return SECONDS.test(value) ? Math.min(Number(value), MAX_SECONDS) * 1_000 : 0;
};
