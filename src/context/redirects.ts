import { readSafely } from '../kernel/index.ts';
import { mayPropagate, readHttpUrl } from './outgoing.ts';
import { isPropagationHeader } from './propagation.ts';
import { tryGetContext } from './store.ts';

/** Where a redirect leads: got says `url`, axios and follow-redirects `href`. */
const targetOf = (options: unknown): URL | undefined =>
  readHttpUrl(readSafely(options, 'url') ?? readSafely(options, 'href'));

/** Where it comes from: got says so in the answer, axios and follow-redirects in the request that was redirected. */
const sourceOf = (details: readonly unknown[]): URL | undefined =>
  readHttpUrl(details.map((each) => readSafely(each, 'url')).find((url) => url !== undefined));

const isAllowed = (target: URL | undefined): boolean => {
  const record = tryGetContext();
  return target !== undefined && record !== undefined && mayPropagate(record, target);
};

/**
 * Hook of another HTTP client, called before it follows a redirect: takes ids, trace and baggage out of the headers unless
 * the redirect stays on its origin or leads to a host in the app's `propagateTo`. Where the target cannot be read, and
 * outside a request, they are taken out.
 *
 * For axios and follow-redirects it is `beforeRedirect`, for got `hooks.beforeRedirect`. fetch has no such hook: with ids
 * in its headers, call it with `redirect: 'manual'`.
 *
 * @param options of the next request, as the client hands them over; its `headers` are changed
 * @param details what else the client hands over: the answer that redirects, the request before
 * @example
 * const http = axios.create({ beforeRedirect: stripOnRedirect });
 */
export const stripOnRedirect = (options: object, ...details: readonly unknown[]): void => {
  const target = targetOf(options);
  const stays = target !== undefined && target.origin === sourceOf(details)?.origin;
  const headers = readSafely(options, 'headers');
  if (stays || isAllowed(target) || typeof headers !== 'object' || headers === null) return;
  // It was just seen to be an object; deleting needs no more.
  for (const name of Object.keys(headers))
    if (isPropagationHeader(name)) delete (headers as Record<string, unknown>)[name];
};
