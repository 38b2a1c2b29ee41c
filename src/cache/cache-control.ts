/** The directives of a Cache-Control field, names in lower case; a directive without a value maps to `''`. */
export type CacheControl = ReadonlyMap<string, string>;

/** Header fields as they were received: names in lower case. */
export type HeaderFields = Readonly<Record<string, string | readonly string[] | undefined>>;

// #cache-directive with cache-directive = token [ "=" ( token / quoted-string ) ]; a list may have empty members.
const TOKEN = "([!#$%&'*+.^_`|~\\w-]+)";
const DIRECTIVE = `[ \\t]*(?:${TOKEN}(?:=(?:${TOKEN}|"((?:[^"\\\\]|\\\\.)*)"))?[ \\t]*)?(?:,|$)`;

/** The whole value of a field that may come in several lines. */
export const fieldValue = (headers: HeaderFields, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'object' ? value.join(', ') : value;
};

/**
 * Reads a Cache-Control field; directive names are case-insensitive. `undefined` for one that does not parse: treat it
 * as `no-store`.
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
    if (name !== undefined) directives.set(name.toLowerCase(), token ?? quoted ?? '');
  }
  return directives;
};
