import { isArray, readSafely } from '../../kernel/index.ts';
import { createCacheKeys, isHarmlessHeader } from '../partition.ts';
import type { Kept } from '../reader.ts';
import type { Shelf } from '../shelf.ts';
import { createChanges } from './changes.ts';
import type { HeaderFields } from './fields.ts';
import { endToEnd } from './hop-by-hop.ts';
import type { RequestFields, RequestRules } from './request-rules.ts';
import { readResponseRules } from './response-rules.ts';
import { isShareable, isStorable } from './storable.ts';
import { decodeStored, isSelected, type StoredAnswer, selectedBy, sizeOfStored } from './stored-answer.ts';
import { isOfUse, keepMsOf, type Usage, usageFor, usageOf, type Windows } from './usage.ts';
import { renewHeaders } from './validation.ts';
import { ALL_TELLING, selectorsOf, varyOf } from './vary.ts';
import { type Caller, type WhoseSetup, whoseOf } from './whose.ts';

/** What an HTTP cache is made of. */
export interface HttpCacheSetup extends WhoseSetup, Windows {
  readonly shelf: Shelf;
  /** Whose cache it is, beside others in the same store. */
  readonly scope: string;
  /** Secret under which keys are digests. @default one of this process alone */
  readonly secret: string | undefined;
  /** The most bytes of a body that is kept. */
  readonly maxEntryBytes: number;
  /** The most answers of one URL that are kept for one caller. */
  readonly maxVariants: number;
}

/** A request, as a cache sees it. */
export interface CacheRequest extends Caller {
  readonly url: string;
}

/** Where the answers to a request are kept. */
export interface Place {
  /** Key of all answers to this URL, for this caller. */
  readonly key: string;
  /** Key of what is noted of the URL, whoever asks. */
  readonly noteKey: string;
  /** Makes what requests have in common that want the same. */
  readonly flightKey: () => string;
  /** Makes a digest of whose it is; `undefined` for everybody's. */
  readonly partition: () => string | undefined;
  readonly isShared: boolean;
  readonly headers: RequestFields;
  /** The headers, and under a name of its own all of them that may say who asks. */
  readonly selectors: RequestFields;
  /**
   * What was in force when the place was first looked up: an answer that was asked for then is good no longer than that.
   * `undefined` until it is: nothing is kept before.
   */
  epoch: Epoch | undefined;
}

/** Changes whenever what was kept is not to be used any more. */
interface Epoch {
  /** Id of the last invalidation of the URL; `''` for none. */
  readonly url: string;
  /** How often something was purged by this process. */
  readonly purges: number;
}

/** An answer that just came. */
export interface Fresh {
  readonly status: number;
  readonly headers: HeaderFields;
  readonly body: Uint8Array;
  /** When it was asked for, in milliseconds since the Unix epoch. */
  readonly requestedAt: number;
  /** When it came, in milliseconds since the Unix epoch. */
  readonly receivedAt: number;
}

/** Keeps answers by the rules of HTTP. Nothing here rejects, whatever the store does. */
export interface HttpCache {
  place(request: CacheRequest): Place;
  /** What is kept for a request, and how far it may use it. */
  recall(place: Place, wants: RequestRules): Promise<Kept<StoredAnswer> | undefined>;
  /** Keeps an answer, or forgets what was kept where the origin wants nothing kept. @returns whether it is kept */
  keep(place: Place, fresh: Fresh): Promise<boolean>;
  /** Whether the headers of an answer let it be kept, whatever its body. */
  mayKeep(place: Place, head: Pick<Fresh, 'status' | 'headers'>): boolean;
  /** Whether an answer may be given to another one as well who asks for the same meanwhile; a failure may that says nothing against it. */
  mayShare(place: Place, head: Pick<Fresh, 'headers'>): boolean;
  /** Renews a stored answer that was confirmed. */
  renew(
    place: Place,
    kept: StoredAnswer,
    confirmed: Pick<Fresh, 'headers' | 'requestedAt' | 'receivedAt'>,
  ): Renewed;
  /** Forgets what is kept for the caller. @returns whether the store did, here and below; it is not used again where it did not */
  forget(place: Place): Promise<boolean>;
  /** Has nothing of a URL used again that was asked for until now, whoever asked. */
  invalidate(url: string): Promise<boolean>;
  /** Forgets the entry of a key, or everything. */
  purge(key?: string): Promise<boolean>;
  /** What requests for a URL have in common. */
  groupOf(url: string): string;
}

/** A stored answer that was confirmed. */
export interface Renewed {
  /** What it is now. */
  readonly renewed: Kept<StoredAnswer>;
  /** Whether it is kept. Never rejects. */
  readonly stored: Promise<boolean>;
}

/** The newest first, each of other request headers than the others. */
type Variants = readonly StoredAnswer[];

/** What a store gave back, which may be anybody's object: each member is read by itself, and no more than were put there. */
const decodeVariants = (value: unknown, most: number): Variants => {
  const list = readSafely(value, 'variants');
  const length = isArray(list) ? readSafely(list, 'length') : 0;
  return Array.from({ length: typeof length === 'number' ? Math.min(length, most) : 0 }, (_, index) =>
    decodeStored(readSafely(list, index)),
  ).filter((variant) => variant !== undefined);
};

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1);

const sameSelection = (a: StoredAnswer, b: StoredAnswer): boolean =>
  JSON.stringify(a.selected) === JSON.stringify(b.selected);

/** Bytes without the rest of a larger piece of memory that they may be a part of. */
const compact = (bytes: Uint8Array): Uint8Array =>
  bytes.buffer.byteLength > bytes.byteLength ? Uint8Array.from(bytes) : bytes;

/** Whether what was kept is of no use after an answer that is not: it is gone, or the origin wants nobody to keep it now. */
const replacesOlder = (status: number): boolean =>
  status === 404 || status === 410 || (status < 400 && status !== 206 && status !== 304);

/** Scheme and host as they are compared; path and query as they are; a fragment is nobody's. */
const canonical = (url: string): string => {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname}${search}`;
};

/** What is known where the store cannot say what is in force: nothing is kept that was asked for then. */
const UNKNOWN: Epoch = Object.freeze({ url: '', purges: -1 });

/** Keeps answers on a shelf. */
export const createHttpCache = (setup: HttpCacheSetup): HttpCache => {
  const { shelf, scope, mode, isTransient, maxEntryBytes, maxVariants } = setup;
  const keys = createCacheKeys(setup.secret);
  // Two caches in one store never read each other.
  const digest = (...texts: readonly string[]): string => keys.digest(scope, mode, ...texts);
  const changes = createChanges(shelf);
  const isStrict = mode === 'shared';
  let purges = 0;

  const groupKey = (target: string): string => `u:${keys.digest(scope, 'url', target)}`;
  const groupOf = (url: string): string => groupKey(canonical(url));

  const place = ({ url, ...caller }: CacheRequest): Place => {
    const { headers, tenant } = caller;
    const target = canonical(url);
    const { marks, isShared } = whoseOf(caller, setup);
    const key = `a:${digest('answer', isShared ? 'for many' : 'for one', target, ...marks)}`;
    const asked = Object.entries(headers).filter(([name]) => !isTransient(name));
    const telling = asked.filter(([name]) => !isHarmlessHeader(name)).sort(byName);
    const owners = tenant === undefined ? marks : ['tenant', tenant];
    return {
      key,
      noteKey: groupKey(target),
      flightKey: () => `${key} ${digest('flight', ...asked.sort(byName).flat())}`,
      partition: () => (owners.length === 0 ? undefined : digest('partition', ...owners)),
      isShared,
      headers,
      selectors: { ...headers, [ALL_TELLING]: JSON.stringify(telling) },
      epoch: undefined,
    };
  };

  const isTold = (headers: HeaderFields): boolean => !varyOf(headers)?.some(isTransient);

  const mayShare: HttpCache['mayShare'] = ({ headers: requestHeaders, isShared }, { headers }) =>
    isTold(headers) && isShareable({ headers, requestHeaders, isShared });

  const mayKeep: HttpCache['mayKeep'] = ({ headers: requestHeaders, isShared }, { status, headers }) =>
    isTold(headers) && isStorable({ status, headers, requestHeaders, isShared });

  /** Whether what a store gave back is what would be kept now. Who asks now need not be who asked then. */
  const isKeepable = ({ isShared }: Place, { status, headers, body }: StoredAnswer): boolean =>
    body.byteLength <= maxEntryBytes &&
    isTold(headers) &&
    isStorable({ status, headers, requestHeaders: {}, isShared });

  /** All that is kept of a place, but what was asked for before its URL was invalidated; and what is in force now. */
  const lookUp = async (at: Place): Promise<{ epoch: Epoch; variants: Variants }> => {
    const { key, noteKey } = at;
    // The note second: a store that drops what was used longest ago drops no note before what it is about.
    const [kept, url] = await Promise.all([changes.find(key), changes.idOf(noteKey)]);
    const epoch = url === undefined ? UNKNOWN : { url, purges };
    if (kept === undefined || url === undefined) return { epoch, variants: [] };
    const variants = decodeVariants(kept.value, maxVariants)
      .filter((each) => each.epoch === url && isKeepable(at, each))
      // What came after it was stored would never grow old.
      .filter(({ requestedAt, receivedAt }) => Math.max(requestedAt, receivedAt) <= kept.storedAt);
    return { epoch, variants };
  };

  const write = ({ key, partition, isShared }: Place, variants: Variants): Promise<boolean> => {
    const usages = variants.map((each) => keepMsOf(each, usageOf(each, setup, isShared)));
    return shelf.set(
      key,
      { variants },
      {
        keepMs: Math.max(...usages),
        sizeBytes: variants.reduce((sum, each) => sum + sizeOfStored(each), 0),
        partition: partition(),
      },
    );
  };

  /** @returns whether it is kept */
  const put = async (at: Place, stored: StoredAnswer, renewed = stored): Promise<boolean> => {
    const { epoch, variants } = await lookUp(at);
    // What was asked for before a change, or a purge, may be from before it.
    if (epoch.url !== at.epoch?.url || epoch.purges !== at.epoch.purges || epoch === UNKNOWN) return false;
    const rivals = variants.filter((each) => sameSelection(each, stored) || sameSelection(each, renewed));
    // A slow answer must not take the place of one that was asked for later.
    if (rivals.some((each) => each.requestedAt > stored.requestedAt)) return false;
    return write(at, [stored, ...variants.filter((each) => !rivals.includes(each))].slice(0, maxVariants));
  };

  const keptOf = (
    at: Place,
    stored: StoredAnswer,
    usage: Usage & { usableMs: number },
  ): Kept<StoredAnswer> => ({
    value: stored,
    key: at.key,
    storedAt: stored.receivedAt,
    loadMs: Math.max(0, stored.receivedAt - stored.requestedAt),
    ...usage,
  });

  /** Forgets what is kept. @returns that it is not kept */
  const drop = async ({ key }: Place): Promise<false> => {
    await changes.forget(key);
    return false;
  };

  return Object.freeze<HttpCache>({
    place,
    groupOf,
    mayKeep,
    mayShare,
    recall: async (at, wants) => {
      const { epoch, variants } = await lookUp(at);
      // Where asking failed it is looked up again, while what was asked for may be under way still.
      at.epoch ??= epoch;
      const stored = variants.find((each) => isSelected(each, at.selectors, digest));
      if (stored === undefined) return undefined;
      const { neverStale } = readResponseRules(stored.headers, at.isShared);
      const mayBeStale = !neverStale && stored.status < 400;
      return keptOf(at, stored, usageFor(usageOf(stored, setup, at.isShared), wants, { mayBeStale }));
    },
    keep: async (at, fresh) => {
      const names = selectorsOf(fresh.headers, isStrict);
      if (names === undefined || fresh.body.byteLength > maxEntryBytes || !mayKeep(at, fresh)) {
        return replacesOlder(fresh.status) ? drop(at) : false;
      }
      const selected = selectedBy(names, at.selectors, digest);
      const stored: StoredAnswer = {
        ...fresh,
        headers: endToEnd(fresh.headers),
        body: compact(fresh.body),
        selected,
        epoch: at.epoch?.url ?? '',
      };
      return isOfUse(stored, usageOf(stored, setup, at.isShared)) ? put(at, stored) : drop(at);
    },
    renew: (at, kept, { headers, requestedAt, receivedAt }) => {
      const renewed = renewHeaders(kept.headers, headers, at.isShared);
      // It may depend on other headers of the request now.
      const selected = selectedBy(selectorsOf(renewed, isStrict) ?? [], at.selectors, digest);
      const epoch = at.epoch?.url ?? '';
      const stored: StoredAnswer = { ...kept, headers: renewed, selected, requestedAt, receivedAt, epoch };
      const usage = usageOf(stored, setup, at.isShared);
      return {
        renewed: keptOf(at, stored, { ...usage, usableMs: usage.lifetimeMs }),
        stored: mayKeep(at, stored) ? put(at, stored, kept) : drop(at),
      };
    },
    forget: ({ key }) => changes.forget(key),
    invalidate: (url) => changes.change(groupOf(url)),
    purge: async (key) => {
      // Whose key something belongs to that is under way, nobody knows: none of it is kept.
      purges += 1;
      return changes.forget(key);
    },
  });
};
