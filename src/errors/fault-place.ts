/** Longest pointer or name that an answer shows, in characters; longer ones end at the last segment that fits. */
export const MAX_PLACE_LENGTH = 500;

const LONE_SURROGATE = /[\uD800-\uDFFF]/gu;

const segment = (key: string): string =>
  `/${encodeURIComponent(key.replace(LONE_SURROGATE, '\uFFFD').replaceAll('~', '~0').replaceAll('/', '~1'))}`;

// What people call members, parameters and headers. A whole JSON text, a query or a credential sent as a key is not.
const NAME = /^[\p{L}\p{M}\p{N} _$@.:/~+#*()[\]-]{1,64}$/u;

/** Whether a key can stand in an answer as the name of a member. */
export const isName = (key: string): boolean => NAME.test(key);

/** The way to a fault, as far as it consists of names: whatever else somebody sent as a key may be anything. */
export const namedPath = (path: readonly string[]): readonly string[] => {
  const end = path.findIndex((key) => !isName(key));
  return end < 0 ? path : path.slice(0, end);
};

/**
 * A plain copy of the first items of a list. Methods of a subclass of Array make lists by its constructor, and arktype's
 * path is one that takes its length for an item.
 */
export const firstItems = (list: readonly unknown[], most: number): readonly unknown[] =>
  Array.from({ length: Math.min(list.length, most) }, (_, index) => list[index]);

/**
 * A JSON Pointer in URI fragment form: `#/items/0/sku`, `#` for the whole body.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6901#section-6
 */
export const toPointer = (path: readonly string[]): string => {
  let pointer = '#';
  for (const key of path) {
    if (pointer.length + key.length > MAX_PLACE_LENGTH) break;
    const longer = pointer + segment(key);
    if (longer.length > MAX_PLACE_LENGTH) break;
    pointer = longer;
  }
  return pointer;
};

/** A parameter's name, nested ones joined by a dot. */
export const toName = (path: readonly string[]): string => path.join('.').slice(0, MAX_PLACE_LENGTH);
