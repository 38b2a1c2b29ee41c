/** Longest `Content-Type` that is looked at, in characters. */
const MAX_LENGTH = 256;

// Names of RFC 6838 §4.2. The body parser of Express 4 reads no other, nor a tab: what passes here must be read there.
const MEDIA_TYPE =
  /^[A-Za-z0-9][\w!#$&^-]{0,126}\/(?=.{1,127}$)[A-Za-z0-9][\w!#$&^.-]*(?:\+[A-Za-z0-9][\w!#$&^-]*)?$/;

// *( ";" token "=" ( token / quoted-string ) ), RFC 9110 §8.3.1; a semicolon alone is none.
const PARAMETERS =
  /^(?:; *[!#$%&'*+.^_`|~\w-]+ *= *(?:[!#$%&'*+.^_`|~\w-]+|"(?:[ !#-[\]-~\x80-\xff]|\\[ -~])*") *)*$/;

// `*` stands for a whole type or subtype, or for all of a subtype before its suffix.
const PATTERN = /^(?:\*\/\*|[!#$%&'+.^_`|~\w-]{1,127}\/(?:\*|(?:\*\+)?[!#$%&'+.^_`|~\w-]{1,127}))$/;

/** Whether a text is a media type or a pattern of such: `application/json`, `application/*+json`, `text/*`. */
export const isMediaTypePattern = (value: unknown): boolean =>
  typeof value === 'string' && PATTERN.test(value);

/** The media type in a `Content-Type`, in lower case and without parameters; `undefined` if it cannot be read. */
export const mediaTypeOf = (contentType: unknown): string | undefined => {
  if (typeof contentType !== 'string' || contentType.length > MAX_LENGTH) return undefined;
  const [type = ''] = contentType.split(';', 1);
  const trimmed = type.replace(/^ +| +$/g, '');
  if (!MEDIA_TYPE.test(trimmed) || !PARAMETERS.test(contentType.slice(type.length))) return undefined;
  return trimmed.toLowerCase();
};

/**
 * Whether a media type is what a pattern says.
 *
 * @param type of `mediaTypeOf`
 */
export const matchesMediaType = (type: string, pattern: string): boolean => {
  const wanted = pattern.toLowerCase();
  if (wanted === '*/*') return true;
  const star = wanted.indexOf('*');
  if (star < 0) return type === wanted;
  const head = wanted.slice(0, star);
  const tail = wanted.slice(star + 1);
  return type.length > head.length + tail.length && type.startsWith(head) && type.endsWith(tail);
};
