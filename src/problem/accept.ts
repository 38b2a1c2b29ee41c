/** Of a longer `Accept`, and of more entries, the rest is not read. */
const MAX_LENGTH = 2_048;
const MAX_ENTRIES = 64;

// RFC 9110 §12.4.2; whatever else is written there counts as not acceptable.
const QUALITY = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** What an `Accept` header says of media types; their parameters are not looked at. */
export interface Accepted {
  /** Whether a type is listed by its own name and not refused. */
  lists(type: string): boolean;
  /** How much a type is wanted, from 0 to 1. */
  quality(type: string): number;
}

const readEntry = (entry: string): readonly [string, number] => {
  const [type = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => /^q\s*=/.test(parameter))?.replace(/^q\s*=\s*/, '') ?? '1';
  return [type, QUALITY.test(quality) ? Number(quality) : 0];
};

/**
 * Reads an `Accept` header. Never throws, whatever it says; an absent or empty one accepts everything.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
export const readAccept = (header: unknown): Accepted => {
  const text = typeof header === 'string' && header.trim() !== '' ? header.slice(0, MAX_LENGTH) : '*/*';
  const entries = new Map(text.split(',', MAX_ENTRIES).map(readEntry));
  return {
    lists: (type) => (entries.get(type) ?? 0) > 0,
    quality: (type) =>
      entries.get(type) ?? entries.get(`${type.split('/', 1)[0]}/*`) ?? entries.get('*/*') ?? 0,
  };
};
