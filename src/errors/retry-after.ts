const SECONDS = /^\d{1,30}$/;
// Some 115 days: longer is a mistake, yet it asks for quiet all the same, and nobody waits that long.
const MAX_MS = 9_999_999_000;
const DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w :-]{5,40}$/;

/**
 * Reads a Retry-After field: seconds, or a date in any of the forms of HTTP. `undefined` for anything else.
 *
 * @param wallTime now, in milliseconds since the Unix epoch
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export const parseRetryAfterMs = (given: unknown, wallTime: number): number | undefined => {
  if (typeof given !== 'string') return undefined;
  // White space around a field's value is no part of it (RFC 9110 §5.5); parsers leave what comes after it.
  const value = given.trim();
  if (SECONDS.test(value)) return Math.min(MAX_MS, Number(value) * 1_000);
  if (!DATE.test(value)) return undefined;
  // The asctime form has no zone, and is in UTC like the others (RFC 9110 §5.6.7).
  const time = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(time) ? undefined : Math.min(MAX_MS, Math.max(0, time - wallTime));
};
