/** Longest `Content-Type` that is looked at, in characters. */
const MAX_LENGTH = 256;

// token "/" token, RFC 9110 §8.3.1.
const MEDIA_TYPE = /^[!#$%&'*+.^_`|~\w-]{1,127}\/[!#$%&'*+.^_`|~\w-]{1,127}$/;

// `*` stands for a whole type or subtype, or for all of a subtype before its suffix.
const PATTERN = /^(?:\*\/\*|[!#$%&'+.^_`|~\w-]{1,127}\/(?:\*|(?:\*\+)?[!#$%&'+.^_`|~\w-]{1,127}))$/;

/** Whether a text is a media type or a pattern of such: `application/json`, `application/*+json`, `text/*`. */
export const isMediaTypePattern = (value: unknown): boolean =>
  typeof value === 'string' && PATTERN.test(value);

/** The media type in a `Content-Type`, in lower case and without parameters; `undefined` if there is none. */
export const mediaTypeOf = (contentType: unknown): string | undefined => {
  if (typeof contentType !== 'string' || contentType.length > MAX_LENGTH) return undefined;
  const [type = ''] = contentType.split(';', 1);
  const trimmed = type.trim();
  return MEDIA_TYPE.test(trimmed) ? trimmed.toLowerCase() : undefined;
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
