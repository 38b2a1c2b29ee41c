const REDACTED = '[Redacted]';

/** How much further than the limit secrets are looked for, so that none is cut in half and missed. */
const MARGIN = 1_024;

// A room below logging has none of its redaction; these are the forms that stand in messages of drivers and clients.
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer)\s+[\w.~+/=-]+/gi, `$1 ${REDACTED}`],
  [/:\/\/[^\s/@"']{1,512}@/g, `://${REDACTED}@`],
  [/((?:token|secret|passw|api[-_]?key)[\w-]{0,64})=[^\s&;,"']+/gi, `$1=${REDACTED}`],
];

// What JSON leaves as it is, although terminals obey it: C1 controls, line separators and bidi controls.
const CONTROLS = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Text without bearer tokens, credentials of a URL and `password=…`, cut at `limit`. */
export const scrub = (text: string, limit: number): string => {
  let scrubbed = text.slice(0, limit + MARGIN);
  for (const [pattern, replacement] of SECRETS) scrubbed = scrubbed.replace(pattern, replacement);
  return scrubbed.slice(0, limit);
};

/** JSON that a terminal shows as it stands: characters that it would obey are written as escapes. */
export const escapeControls = (json: string): string =>
  json.replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
