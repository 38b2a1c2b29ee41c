import { fieldValue, type HeaderFields, parseCacheControl } from './cache-control.ts';

/** What decides whether an answer may be kept. */
export interface StorableAnswer {
  readonly method: string;
  readonly status: number;
  readonly headers: HeaderFields;
  /** Whether the key holds the caller's credentials, so that nobody else can get the answer. */
  readonly partitioned: boolean;
}

/** Vetoes against serving stale (RFC 9111 §4.2.4); what may not be served stale is not kept. */
const VETOES: readonly string[] = ['no-store', 'no-cache', 'must-revalidate'];
/** Vetoes for a cache whose answers more than one caller gets. */
const SHARED_VETOES: readonly string[] = ['private', 'proxy-revalidate', 's-maxage'];

/**
 * Whether an answer may be kept to be served when asking again fails: a 200 to GET without cookies, against which the
 * origin has no veto.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-3
 */
export const isStorable = ({ method, status, headers, partitioned }: StorableAnswer): boolean => {
  if (method !== 'GET' || status !== 200) return false;
  if (headers['set-cookie'] !== undefined) return false;
  if (fieldValue(headers, 'vary')?.includes('*')) return false;
  const control = parseCacheControl(fieldValue(headers, 'cache-control') ?? '');
  if (control === undefined) return false;
  const vetoes = partitioned ? VETOES : [...VETOES, ...SHARED_VETOES];
  return !vetoes.some((veto) => control.has(veto));
};
