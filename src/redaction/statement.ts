/** What stands in every text that `scrubStatement` would change; the source of a pattern without case. */
export const MAYBE_STATEMENT = 'insert\\s|update\\s|delete\\s|select\\s|replace\\s|merge\\s|failed query';

// At the beginning, or behind what others put before a message: the name of its error, a quote.
const STATEMENT =
  /(?:^|[:\n"'`(])\s{0,8}(?:(?:insert|replace|merge)\s[^']{0,64}?into\s|update\s[^']{1,512}?\sset\s|delete\s{1,8}from\s|select\s|with\s[^']{1,512}?\sas\s{0,8}\()/i;
const LITERAL = /'(?:[^']|'')*'/g;
// Drizzle writes the values below the statement.
const QUERY = 'Failed query: ';
const PARAMS = '\nparams: ';
// A value may hold lines that look like frames, but the last line of a message ends in a quote or in words.
const FRAME = /^ {4}at .*(?::\d{1,9}:\d{1,9}|<anonymous>|native|index \d{1,9})\)?$/;

/** Where the frames at the end of a stack begin. */
const framesAt = (text: string): number => {
  let at = text.length;
  while (at > 0) {
    const line = text.lastIndexOf('\n', at - 1);
    if (line < 0 || !FRAME.test(text.slice(line + 1, at))) break;
    at = line;
  }
  return at;
};

const withoutParams = (text: string, mark: string): string => {
  const query = text.indexOf(QUERY);
  const params = query < 0 ? -1 : text.indexOf(PARAMS, query);
  return params < 0 ? text : text.slice(0, params + PARAMS.length) + mark;
};

const withoutLiterals = (text: string, mark: string): string => {
  const quotes = text.split("'").length - 1;
  // Databases do not agree on what a backslash does to a quote; an odd number means a literal that was cut off.
  if (!text.includes('\\') && quotes % 2 === 0) return text.replace(LITERAL, `'${mark}'`);
  const first = text.indexOf("'");
  return first < 0 ? text : `${text.slice(0, first)}'${mark}'`;
};

/** A message that quotes a statement of SQL, or the stack that begins with it, without the values in it. */
export const scrubStatement = (text: string, mark: string): string => {
  const end = framesAt(text);
  const message = withoutParams(text.slice(0, end), mark);
  const start = message.search(STATEMENT);
  const plain = start < 0 ? message : message.slice(0, start) + withoutLiterals(message.slice(start), mark);
  return plain + text.slice(end);
};
