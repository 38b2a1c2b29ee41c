import { parseHttpDate } from './dates.ts';
import { fieldLines, fieldValue, type HeaderFields } from './fields.ts';
import type { ResponseRules } from './response-rules.ts';

/** When an answer was asked for and when it came, in milliseconds since the Unix epoch. */
export interface Received {
  readonly headers: HeaderFields;
  readonly requestedAt: number;
  readonly receivedAt: number;
}

const AGE = /^\s*(\d+)\s*(?:,|$)/;
/** The most seconds that are told apart (RFC 9111 §1.2.2). */
const MAX_AGE_SECONDS = 2 ** 31;

/** The first value of `Age`, in milliseconds; 0 for what is no number (RFC 9111 §5.1). */
const ageValueOf = (headers: HeaderFields): number => {
  const seconds = AGE.exec(fieldLines(headers, 'age')[0] ?? '')?.[1];
  return seconds === undefined ? 0 : Math.min(Number(seconds), MAX_AGE_SECONDS) * 1_000;
};

const dateOf = ({ headers, receivedAt }: Received): number =>
  parseHttpDate(fieldValue(headers, 'date') ?? '', receivedAt) ?? receivedAt;

/**
 * How old an answer was when it came, in milliseconds.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4.2.3
 */
export const initialAgeMs = (received: Received): number => {
  const { headers, requestedAt, receivedAt } = received;
  // Dates count whole seconds: an answer of this moment is no second old.
  const apparentMs = Math.max(0, receivedAt - dateOf(received) - 1_000);
  const delayMs = Math.max(0, receivedAt - requestedAt);
  return Math.max(apparentMs, ageValueOf(headers) + delayMs);
};

/** Whether the origin itself says how long an answer is fresh. */
export const hasLifetime = ({ headers }: Pick<Received, 'headers'>, { maxAgeMs }: ResponseRules): boolean =>
  maxAgeMs !== undefined || headers.expires !== undefined;

/**
 * How long an answer is fresh, counted in its age, in milliseconds. An `Expires` that is no date is in the past.
 *
 * @param ttlMs for answers of which the origin says nothing: there is no guess by other headers
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4.2.1
 */
export const lifetimeMs = (received: Received, { maxAgeMs }: ResponseRules, ttlMs: number): number => {
  if (maxAgeMs !== undefined) return maxAgeMs;
  const lines = fieldLines(received.headers, 'expires');
  if (lines.length === 0) return ttlMs;
  const [line = ''] = lines;
  const expires = lines.length > 1 ? undefined : parseHttpDate(line, received.receivedAt);
  return expires === undefined ? 0 : Math.max(0, expires - dateOf(received));
};
