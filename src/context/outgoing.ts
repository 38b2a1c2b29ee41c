import { matchesHost } from './hosts.ts';
import { propagationHeaders } from './propagation.ts';
import type { RequestContext } from './record.ts';
import { speakerOf } from './speaker.ts';

/** Options of `outgoingHeaders()`. */
export interface OutgoingHeadersOptions {
  /**
   * The request on whose behalf the call is made; none where it says `undefined`, so that it is never another one.
   *
   * @default the one being served
   */
  readonly record?: RequestContext | undefined;
}

/** An absolute http or https URL, or `undefined` for anything else. Never throws. */
export const readHttpUrl = (given: unknown): URL | undefined => {
  try {
    const url = new URL(String(given));
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
  } catch {
    // A relative URL, or something that is no text and cannot become one.
    return undefined;
  }
};

/** Whether ids and trace of `record` may go to the host of `url`. */
export const mayPropagate = (record: RequestContext, url: URL): boolean =>
  // A record that an older copy of this package made has no list.
  matchesHost(record.propagateTo ?? [], url);

/**
 * Headers, names in lower case, for a call that the app makes with a client of its own choice: ids, trace and baggage of
 * the request being served, with a span id that is new each time. `{}` outside a request and for a `record` that is none, for a host that is not in the
 * app's `propagateTo`, and for what is no absolute http or https URL. Never throws.
 *
 * @example
 * await fetch(url, { headers: { ...outgoingHeaders(url), accept: 'application/json' }, redirect: 'manual' });
 */
export const outgoingHeaders = (
  url: string | URL,
  options?: OutgoingHeadersOptions,
): Record<string, string> => {
  const record = speakerOf(options);
  const target = readHttpUrl(url);
  if (record === undefined || target === undefined || !mayPropagate(record, target)) return {};
  // It may be fetch that sends them: of two instrumentations its is the one that does not look what is there.
  return propagationHeaders(record, 'undici');
};
