// #region readme
import { deserialize, serialize } from 'node:v8';
import type { CacheStore } from 'express-breakwater';
import { cacheStoreContract } from 'express-breakwater/testing';

/** What the client of a key-value server does for the store. */
export interface Texts {
  get(key: string): Promise<string | null>;
  set(key: string, text: string): Promise<unknown>;
  del(key: string): Promise<unknown>;
  keys(prefix: string): Promise<readonly string[]>;
}

/** A store over a server that keeps texts. JSON would make something else of the bytes in an entry. */
export const textStore = (texts: Texts, prefix: string): CacheStore => ({
  get: async (key) => {
    const text = await texts.get(prefix + key);
    return text === null ? undefined : deserialize(Buffer.from(text, 'base64'));
  },
  set: async (key, entry) => {
    await texts.set(prefix + key, serialize(entry).toString('base64'));
  },
  delete: async (key) => {
    await texts.del(prefix + key);
  },
  clear: async () => {
    await Promise.all((await texts.keys(prefix)).map((key) => texts.del(key)));
  },
});

/** What to register: `for (const { title, run } of casesOf(connect)) it(title, run);` */
export const casesOf = (connect: () => Texts) => cacheStoreContract(() => textStore(connect(), 'orders:'));
// #endregion readme
