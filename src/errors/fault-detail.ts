import type { SubmittedTexts } from './submitted-texts.ts';

/** What is said where a schema's own message may quote what was submitted. */
export const GENERIC_DETAIL = 'The value is not valid';

const MAX_DETAIL_LENGTH = 300;
const MAX_MESSAGE_LENGTH = 1_000;

// Where libraries begin to speak of the value: `but received "abc"`, `: Received "abc"`, `, received Foo`, `received 'a'`,
// `(was "abc")`, `, but the final value was: `, `(cast from the value "abc")`. They end with one word, or with what begins
// as a literal: a sentence about what was received is somebody's own.
const RECEIVED =
  /(?:(?:[,:;.] ?| but | ?\()received(?= ["'`[{(<\d]| \S*$)|\breceived(?= ["'`])|,? but the final value was:| ?\(was|,? ?\(?cast from the value) [\s\S]*$/i;
// joi: `"n" with value "abc" fails to match …`, whatever quotes stand in the value.
const WITH_VALUE = / with value "[\s\S]*"(?= fails to match | matches the inverted )| with value "[\s\S]*/;
// arktype, where more than one thing is wrong: `name ("abc") must be...`, and a line for each.
const SEVERAL = / ?\([\s\S]*\) must be\.\.\.\n *◦ /;
const NEXT_LINE = /\n *◦ /g;
// Kinds of value, as zod and valibot name them: never a value, and the most useful thing to know.
const KIND =
  /(?:[,:]| but) received (?:undefined|null|nan|string|number|boolean|bigint|array|object|date|map|set|symbol|function)$/i;

const quotes = (message: string, texts: SubmittedTexts): boolean => {
  if (texts === undefined) return true;
  const lower = message.toLowerCase();
  for (const text of texts) if (text.length <= lower.length && lower.includes(text)) return true;
  return false;
};

/** A message without the value that the library put into it. */
const withoutValue = (message: string): string => {
  if (KIND.test(message)) return message;
  const line = SEVERAL.test(message)
    ? message.replace(SEVERAL, ' must be ').replace(NEXT_LINE, ' and ')
    : message;
  return line.replace(WITH_VALUE, '').replace(RECEIVED, '').trim();
};

/**
 * The public text of a fault: the schema's message without the part that says what was received. Where a value of three
 * or more characters that was submitted anywhere in the same part still stands in it, a generic text takes its place:
 * a refinement sees the whole part, and may quote one member in what it says of another.
 *
 * @param message the schema's message
 * @param submitted what `submittedTexts` found in the part that was validated
 */
export const publicDetail = (message: unknown, submitted: SubmittedTexts): string => {
  if (typeof message !== 'string') return GENERIC_DETAIL;
  const head = message.slice(0, MAX_MESSAGE_LENGTH);
  const detail = withoutValue(head);
  if (detail === '' || detail.length > MAX_DETAIL_LENGTH) return GENERIC_DETAIL;
  return quotes(detail, submitted) ? GENERIC_DETAIL : detail;
};
