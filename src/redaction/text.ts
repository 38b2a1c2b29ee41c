import { SECRET_HEADER_PARTS, SECRET_PARTS, SECRET_WORDS } from './secret-names.ts';
import { MAYBE_STATEMENT, scrubStatement } from './statement.ts';

/** Stands in a line where a secret stood. */
export const REDACTED = '[Redacted]';

/** Longest text of a line, in characters; errors have tighter limits. */
export const MAX_TEXT_LENGTH = 16_384;

/** How much further than the limit secrets are looked for, so that none is cut in half and missed. */
const MARGIN = 1_024;

// Words before a value that a database or its driver quotes of a statement.
const QUOTING = 'duplicate entry|value: |for value|dup key:|key \\(|input (?:syntax|value) for';

// One cheap look decides whether the patterns below are worth their time.
const HINT = new RegExp(
  `:\\/\\/|\\?\\S|basic|-----begin|eyj|\\s-\\w{0,4}u|--(?:proxy-)?user|${SECRET_PARTS}|${SECRET_HEADER_PARTS}|\\b(?:${SECRET_WORDS})\\b|is not valid json|URLSearchParams|${QUOTING}|${MAYBE_STATEMENT}`,
  'i',
);

// All patterns are linear: every repetition either has a bound or can be followed by anything.
const NAME = `[\\w.-]{0,64}(?:${SECRET_PARTS})[\\w-]{0,64}|(?:[\\w.-]{0,64}[._-])?(?:${SECRET_WORDS})`;
const HEADER_NAME = `[\\w.-]{0,64}(?:${SECRET_HEADER_PARTS})[\\w-]{0,64}`;
const QUOTE = `\\\\{0,3}["']`;
// A text in quotes, or in quotes that are escaped as JSON within JSON has them. What was cut before its closing quote
// counts to the end.
const QUOTED = [
  `"(?:[^"\\\\]|\\\\[^])*"?`,
  `'(?:[^'\\\\]|\\\\[^])*'?`,
  `\\\\+"(?:[^"\\\\]|\\\\\\\\(?:\\\\")?|\\\\[^"\\\\])*\\\\?"?`,
].join('|');
// A list or an object counts up to its first end.
const NESTED = `[[{][^\\]}]*[\\]}]?`;
// Ends where the line does: credentials and cookies have many forms.
const HEADER_LINE = `${QUOTED}|${NESTED}|[^\\s][^\\r\\n]*`;
const VALUE = `${QUOTED}|${NESTED}|[^\\s&;,"'\\\\]+`;

const SECRETS: readonly (readonly [RegExp, string])[] = [
  // To its end, or to that of the text.
  [
    /-----BEGIN (?:[A-Z\d]{1,16} ){0,4}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [^-\r\n]{0,64}-----|$)/g,
    REDACTED,
  ],
  // Tokens of JSON, RFC 7515 and RFC 7516: they begin with `{"` in base64.
  [/(?<![\w-])eyJ[\w-]{8,}(?:\.[\w-]*){2,4}/g, REDACTED],
  // The query of a URL, or what looks like one.
  [
    /\?(?:(?<=\/[^\s?]{0,2048}\?)|(?=[\w.%[\]-]{1,64}=))(?:[^\s"'<>`\\]|'(?=\w)|\\(?!["']))+/g,
    `?${REDACTED}`,
  ],
  // The same as a client has it in the options of its errors, inspected.
  [/\b(URLSearchParams) \{(?:'(?:[^'\\]|\\.)*'?|[^'}])*\}?/g, `$1 ${REDACTED}`],
  // `Authorization: Digest …`, and a member of an object that was inspected. The scheme stays.
  [
    new RegExp(
      `\\b([\\w.-]{0,64}authorization(?:[-_]?header)?[ \\t]{0,8}[:=][ \\t]{0,8}(?:(?:basic|bearer|digest|negotiate|token) )?)(?:${HEADER_LINE})`,
      'gi',
    ),
    `$1${REDACTED}`,
  ],
  [
    new RegExp(
      `\\b([\\w.-]{0,64}cookies?(?:[-_]?header)?[ \\t]{0,8}[:=][ \\t]{0,8})(?:${HEADER_LINE})`,
      'gi',
    ),
    `$1${REDACTED}`,
  ],
  [/\b(bearer)\s+[\w.~+/=-]+/gi, `$1 ${REDACTED}`],
  // Case matters: credentials in base64 are never lower case alone, prose is.
  [/\b(Basic) +(?=[a-z]*[A-Z0-9+/=])[A-Za-z0-9+/]{4,}={0,2}/g, `$1 ${REDACTED}`],
  // Up to the last "@": passwords are written without escapes.
  [/:\/\/[^\s/"']{1,512}@/g, `://${REDACTED}@`],
  // The credentials of curl.
  [
    /(\s(?:-\w{0,4}u|--(?:proxy-)?user)[\s=\\]{0,8})(?:"[^"\n:]{0,256}:[^"\n]{0,512}"?|'[^'\n:]{0,256}:[^'\n]{0,512}'?|[^\s:"']{0,256}:\S+)/gi,
    `$1${REDACTED}`,
  ],
  // `--password x`
  [new RegExp(`((?:^|\\s)--(?:${NAME})\\s{1,8})(?:${QUOTED}|[^\\s"'-][^\\s"']*)`, 'gi'), `$1${REDACTED}`],
  // `[ [ 'authorization', 'x' ] ]`, lists of headers
  [
    new RegExp(
      `([[,]\\s{0,8}${QUOTE}(?:${NAME}|${HEADER_NAME})${QUOTE}\\s{0,8},\\s{0,8})(?:${QUOTED})`,
      'gi',
    ),
    `$1${REDACTED}`,
  ],
  // `password "x"`, but not what JSON.parse says.
  [new RegExp(`(^|[\\s;,{([])(?<!unexpected )((?:${NAME})\\s{1,8})(?:${QUOTED})`, 'gi'), `$1$2${REDACTED}`],
  // `token=x`, `password: x`, `"password":"x"`. "TokenError: expired" names an error, not a token.
  [
    new RegExp(
      `(^|[\\s?#&;,{([\\\\"'])((?:${NAME})(?:${QUOTE})?\\s{0,8}(?:=|(?<!error|exception):)\\s{0,8})(?:${VALUE})`,
      'gi',
    ),
    `$1$2${REDACTED}`,
  ],
  [new RegExp(`(${QUOTE}${HEADER_NAME}${QUOTE}\\s{0,8}:\\s{0,8})(?:${VALUE})`, 'gi'), `$1${REDACTED}`],
  // What databases and their drivers quote of a statement's values.
  [/\b(Duplicate entry) '[\s\S]{0,512}?'(?= for key)/g, `$1 ${REDACTED}`],
  [/\b([Ii]ncorrect [\w ]{1,32}value:) '[\s\S]{0,512}?'(?= for column)/g, `$1 ${REDACTED}`],
  [/\b(dup key:) \{.*/g, `$1 ${REDACTED}`],
  [/\b(invalid input (?:syntax|value) for [\w ]{1,64}:) "[\s\S]*?"(?=\s*(?:\n|$))/g, `$1 ${REDACTED}`],
  [/\b(failed for value) [\s\S]{0,512}?(?= \(type )/g, `$1 ${REDACTED}`],
  [/\b(Key \([^)\n]{1,256}\))=\(.{0,512}?\)(?= (?:already|is|conflicts))/g, `$1=${REDACTED}`],
  // V8 quotes the text that JSON.parse choked on: a request body, or a dependency's answer.
  [/(?:\.\.\.)?"[\s\S]{0,256}?"(?:\.\.\.)? is not valid JSON/g, `${REDACTED} is not valid JSON`],
];

// Line breaks, escape sequences, separators, bidi controls and marks, and what has no width: they fool whoever reads a
// line without JSON around it.
const CONTROLS = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

const escapeControl = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Text without the secrets that are known by their form: credentials and queries of URLs, lines of credential headers,
 * private keys, tokens of JSON, `token=…`, `password: …`, values that databases quote, the literals of SQL. Cut at `limit`.
 */
export const scrubText = (text: string, limit = MAX_TEXT_LENGTH): string => {
  let scrubbed = text.length > limit + MARGIN ? text.slice(0, limit + MARGIN) : text;
  if (HINT.test(scrubbed)) {
    scrubbed = scrubStatement(scrubbed, REDACTED);
    for (const [pattern, replacement] of SECRETS) scrubbed = scrubbed.replace(pattern, replacement);
  }
  return scrubbed.length > limit ? `${scrubbed.slice(0, limit)}…` : scrubbed;
};

/** As `scrubText`, on one line: control characters become visible escapes. */
export const scrubLine = (text: string, limit?: number): string =>
  scrubText(text, limit).replace(CONTROLS, escapeControl);

const MAX_CLEAN_WORDS = 1_000;
const MAX_WORD_LENGTH = 128;
/** Words that were looked at, and printed as they are: no secret is kept here. */
const cleanWords = new Set<string>();

/** As `scrubLine`, for what the code of an app names: classes and codes of errors, routes. There are few, and each comes again. */
export const scrubWord = (text: string, limit = MAX_TEXT_LENGTH): string => {
  if (text.length <= limit && cleanWords.has(text)) return text;
  const scrubbed = scrubLine(text, limit);
  if (scrubbed === text && text.length <= MAX_WORD_LENGTH) {
    if (cleanWords.size >= MAX_CLEAN_WORDS) cleanWords.clear();
    cleanWords.add(text);
  }
  return scrubbed;
};

/** A text without them, for values whose form does not matter. */
export const dropControls = (text: string): string => text.replace(CONTROLS, '');

/** JSON that a terminal shows as it stands: characters that it would obey are written as escapes. */
export const escapeControls = (json: string): string => json.replace(CONTROLS, escapeControl);
