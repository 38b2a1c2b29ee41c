import { hasLifetime, type Received } from './freshness.ts';
import type { RequestFields } from './request-rules.ts';
import { readResponseRules } from './response-rules.ts';
import { varyOf } from './vary.ts';

/** What decides whether an answer may be kept. */
export interface StorableAnswer extends Pick<Received, 'headers'> {
  readonly status: number;
  readonly requestHeaders: RequestFields;
  /** Whether more than one user is served what is kept. */
  readonly isShared: boolean;
}

/** Answers that are kept though the origin does not say for how long they are good. */
const KEPT_BY_DEFAULT: readonly number[] = [200, 203, 204, 300, 301, 308];

/** A part of an answer, none at all, and what says something of this request or its sender alone. */
const NEVER_KEPT: readonly number[] = [206, 304, 401, 403, 407, 408, 421, 425, 429];

/**
 * Whether an answer may be given to others than the one who asked for it, whatever its status: to those who ask for the same
 * at the same time, and to whom it is kept for.
 */
export const isShareable = ({
  headers,
  requestHeaders,
  isShared,
}: Omit<StorableAnswer, 'status'>): boolean => {
  const rules = readResponseRules(headers, isShared);
  if (rules.noStore || varyOf(headers) === undefined) return false;
  // One user's session must not become another's.
  if (isShared && headers['set-cookie'] !== undefined) return false;
  const isAuthenticated = requestHeaders.authorization !== undefined;
  return !(isShared && isAuthenticated) || rules.allowsAuthenticated;
};

/**
 * Whether an answer to GET may be kept. Answers of 500 and above are not, whatever they say: a failure ends with the call
 * that met it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-3
 */
export const isStorable = (answer: StorableAnswer): boolean => {
  const { status, headers, isShared } = answer;
  if (status < 200 || status >= 500 || NEVER_KEPT.includes(status) || !isShareable(answer)) return false;
  return KEPT_BY_DEFAULT.includes(status) || hasLifetime({ headers }, readResponseRules(headers, isShared));
};
