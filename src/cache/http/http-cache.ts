import { randomUUID } from 'node:crypto';
import { isArray, readSafely } from '../../kernel/index.ts';
import { createCacheKeys } from '../partition.ts';
import type { Kept } from '../reader.ts';
import type { Shelf } from '../shelf.ts';
import type { HeaderFields } from './fields.ts';
import { endToEnd } from './hop-by-hop.ts';
import type { RequestFields, RequestRules } from './request-rules.ts';
import { readResponseRules } from './response-rules.ts';
import { isStorable } from './storable.ts';
import { decodeStored, isSelected, type StoredAnswer, selectedBy, sizeOfStored } from './stored-answer.ts';
import { isOfUse, keepMsOf, MAX_KEEP_MS, type Usage, usageFor, usageOf, type Windows } from './usage.ts';
import { renewHeaders } from './validation.ts';
import { varyOf } from './vary.ts';
import { type WhoseSetup, whoseOf } from './whose.ts';

/** What an HTTP cache is made of. */
export interface HttpCacheSetup extends WhoseSetup, Windows {
  readonly shelf: Shelf;
  /** Secret under which keys are digests. @default one of this process alone */
  readonly secret: string | undefined;
  /** The most bytes of a body that is kept. */
  readonly maxEntryBytes: number;
  /** The most answers of one URL that are kept for one caller. */
  readonly maxVariants: number;
}

/** A request, as a cache sees it. */
export interface CacheRequest {
  readonly url: string;
  /** Names in lower case. */
  readonly headers: RequestFields;
  /** What the app says of whose it is. */
  readonly tenant: string | undefined;
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
  /** Where it came from, if that is not where it was asked for. */
  readonly url: string | undefined;
}

/** Keeps answers by the rules of HTTP. Nothing here rejects, whatever the store does. */
export interface HttpCache {
  place(request: CacheRequest): Place;
  /** What is kept for a request, and how far it may use it. */
  recall(place: Place, wants: RequestRules): Promise<Kept<StoredAnswer> | undefined>;
  /** Keeps an answer, or forgets what was kept where the origin wants nothing kept. @returns whether it is kept */
  keep(place: Place, fresh: Fresh): Promise<boolean>;
  /** Whether the headers of an answer let it be kept, whatever its body. */
  mayKeep(place: Place, fresh: Pick<Fresh, 'status' | 'headers'>): boolean;
  /** Renews a stored answer that was confirmed. @returns what it is now */
  renew(
    place: Place,
    kept: StoredAnswer,
    confirmed: Pick<Fresh, 'headers' | 'requestedAt' | 'receivedAt'>,
  ): Promise<Kept<StoredAnswer>>;
  /** Forgets what is kept for the caller. */
  forget(place: Place): Promise<void>;
  /** Has nothing of a URL used again that was asked for until now, whoever asked. */
  invalidate(url: string): Promise<void>;
  /** Forgets the entry of a key, or everything. */
  purge(key?: string): Promise<void>;
  /** What requests for a URL have in common. */
  groupOf(url: string): string;
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

/** The last invalidation that a note tells of; `''` for no note. One that cannot be read was one all the same. */
const invalidationOf = (note: { readonly value: unknown } | undefined): string => {
  if (note === undefined) return '';
  const id = readSafely(note.value, 'invalidation');
  return typeof id === 'string' && id !== '' ? id : 'unreadable';
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

/** Keeps answers on a shelf. */
export const createHttpCache = (setup: HttpCacheSetup): HttpCache => {
  const { shelf, maxEntryBytes, maxVariants } = setup;
  const { digest } = createCacheKeys(setup.secret);
  let purges = 0;

  const groupOf = (url: string): string => `u:${digest('url', canonical(url))}`;

  const place = ({ url, headers, tenant }: CacheRequest): Place => {
    const target = canonical(url);
    const { marks, isShared } = whoseOf(headers, tenant, setup);
    const key = `a:${digest('answer', target, ...marks)}`;
    return {
      key,
      noteKey: groupOf(url),
      flightKey: () => `${key} ${digest('flight', ...Object.entries(headers).sort(byName).flat())}`,
      partition: () => (marks.length === 0 ? undefined : digest('partition', ...marks)),
      isShared,
      headers,
      epoch: undefined,
    };
  };

  /** All that is kept of a place, but what was asked for before its URL was invalidated; and what is in force now. */
  const lookUp = async ({ key, noteKey }: Place): Promise<{ epoch: Epoch; variants: Variants }> => {
    const [kept, note] = await Promise.all([shelf.get(key), shelf.get(noteKey)]);
    const epoch = { url: invalidationOf(note), purges };
    if (kept === undefined) return { epoch, variants: [] };
    const variants = decodeVariants(kept.value, maxVariants)
      .filter((each) => each.epoch === epoch.url)
      // What came after it was stored would never grow old.
      .filter(({ requestedAt, receivedAt }) => Math.max(requestedAt, receivedAt) <= kept.storedAt);
    return { epoch, variants };
  };

  const write = async ({ key, partition, isShared }: Place, variants: Variants): Promise<void> => {
    const usages = variants.map((each) => keepMsOf(each, usageOf(each, setup, isShared)));
    await shelf.set(
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
    if (epoch.url !== at.epoch?.url || epoch.purges !== at.epoch.purges) return false;
    const rivals = variants.filter((each) => sameSelection(each, stored) || sameSelection(each, renewed));
    // A slow answer must not take the place of one that was asked for later.
    if (rivals.some((each) => each.requestedAt > stored.requestedAt)) return false;
    await write(at, [stored, ...variants.filter((each) => !rivals.includes(each))].slice(0, maxVariants));
    return true;
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

  const mayKeep: HttpCache['mayKeep'] = ({ headers, isShared }, { status, headers: fields }) =>
    isStorable({ status, headers: fields, requestHeaders: headers, isShared });

  return Object.freeze<HttpCache>({
    place,
    groupOf,
    mayKeep,
    recall: async (at, wants) => {
      const { epoch, variants } = await lookUp(at);
      // Where asking failed it is looked up again, while what was asked for may be under way still.
      at.epoch ??= epoch;
      const stored = variants.find((each) => isSelected(each, at.headers, digest));
      if (stored === undefined) return undefined;
      const { neverStale } = readResponseRules(stored.headers, at.isShared);
      const mayBeStale = !neverStale && stored.status < 400;
      return keptOf(at, stored, usageFor(usageOf(stored, setup, at.isShared), wants, { mayBeStale }));
    },
    keep: async (at, fresh) => {
      const names = varyOf(fresh.headers);
      if (names === undefined || fresh.body.byteLength > maxEntryBytes || !mayKeep(at, fresh)) {
        if (replacesOlder(fresh.status)) await shelf.delete(at.key);
        return false;
      }
      const selected = selectedBy(names, at.headers, digest);
      const stored: StoredAnswer = {
        ...fresh,
        headers: endToEnd(fresh.headers),
        body: compact(fresh.body),
        selected,
        epoch: at.epoch?.url ?? '',
      };
      if (!isOfUse(stored, usageOf(stored, setup, at.isShared))) {
        await shelf.delete(at.key);
        return false;
      }
      return put(at, stored);
    },
    renew: async (at, kept, { headers, requestedAt, receivedAt }) => {
      const renewed = renewHeaders(kept.headers, headers, at.isShared);
      // It may depend on other headers of the request now.
      const selected = selectedBy(varyOf(renewed) ?? [], at.headers, digest);
      const epoch = at.epoch?.url ?? '';
      const stored: StoredAnswer = { ...kept, headers: renewed, selected, requestedAt, receivedAt, epoch };
      if (mayKeep(at, stored)) await put(at, stored, kept);
      else await shelf.delete(at.key);
      const usage = usageOf(stored, setup, at.isShared);
      return keptOf(at, stored, { ...usage, usableMs: usage.lifetimeMs });
    },
    forget: ({ key }) => shelf.delete(key),
    invalidate: async (url) => {
      const note = { invalidation: randomUUID() };
      await shelf.set(groupOf(url), note, { keepMs: MAX_KEEP_MS, sizeBytes: 64, partition: undefined });
    },
    purge: async (key) => {
      // Whose key something belongs to that is under way, nobody knows: none of it is kept.
      purges += 1;
      if (key !== undefined) return shelf.delete(key);
      return shelf.clear();
    },
  });
};
