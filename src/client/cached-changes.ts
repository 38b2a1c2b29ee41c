import { changedUrls, type HeaderFields } from '../cache/index.ts';
import { partsOf } from './answer.ts';
import { answerOf } from './kept-answer.ts';
import type { PreparedRequest } from './request.ts';
import { upstreamStatusOf } from './rules.ts';
import { checkUrl, type UrlScope } from './url.ts';

/** What is forgotten. */
export interface PurgeTarget {
  /** All answers of a URL, whoever asked; a path is added to `baseUrl`. */
  readonly url?: string | undefined;
  /** The entry of a key, as `answer.cache.key` tells it. */
  readonly key?: string | undefined;
}

/**
 * Reads what is to be forgotten.
 *
 * @throws TypeError for a target that is none, and for a URL that the client may not call
 */
export const readTarget = (
  target: PurgeTarget | undefined,
  { base, allowedHosts }: UrlScope,
): { readonly url?: string; readonly key?: string } => {
  if (target === undefined) return {};
  const { url, key } = target ?? {};
  if (typeof key === 'string' && url === undefined) return { key };
  if (typeof url === 'string' && key === undefined) {
    const path = url.startsWith('/') ? `${base.pathname.replace(/\/$/, '')}${url}` : url;
    if (URL.canParse(path, base.href))
      return { url: checkUrl({ base, allowedHosts }, new URL(path, base.href)).href };
  }
  throw new TypeError('purge: what is forgotten must be { url } or { key }, or nothing for everything');
};

const urlsOf = ({ target }: PreparedRequest, headers: HeaderFields, url: string): readonly string[] => {
  const named = changedUrls(new URL(target.href), headers);
  const led = new URL(url);
  // Where a change was redirected to, it says more of than of itself (POST, then 303).
  return led.origin === target.origin ? [...new Set([...named, led.href])] : named;
};

/** The URLs of which a change was made, by its answer. */
export const changedBy = (request: PreparedRequest, answer: unknown): readonly string[] => {
  const { reply, url } = partsOf(answer) ?? {};
  return urlsOf(request, reply?.headers ?? {}, url ?? request.url);
};

/** The same, by what it failed with: it was made where it was answered below 400, or led on, whatever came of that. */
export const changedInVain = (request: PreparedRequest, error: unknown): readonly string[] => {
  const answer = answerOf(error);
  const status = upstreamStatusOf(error);
  const isMade = (status !== undefined && status < 400) || answer?.redirected === true;
  return isMade ? changedBy(request, answer) : [];
};
