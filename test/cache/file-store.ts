import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { CacheStore } from '../../src/cache/index.ts';
import { readSafely } from '../../src/kernel/index.ts';

const isMissing = (error: unknown): boolean => readSafely(error, 'code') === 'ENOENT';

/** A store that keeps each entry in a file of a folder, as bytes: what it gives back has left the process. */
export const fileStore = (folder: string): CacheStore => {
  // No key is a path: one with `..` in it must not lead elsewhere, nor one that is too long for a name.
  const fileOf = (key: string): string => join(folder, createHash('sha256').update(key).digest('hex'));
  return {
    get: async (key) => {
      try {
        return deserialize(await readFile(fileOf(key)));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    set: async (key, entry) => {
      // Whoever reads meanwhile finds the old entry or the new one, whole.
      const draft = join(folder, randomUUID());
      await writeFile(draft, serialize(entry));
      await rename(draft, fileOf(key));
    },
    delete: (key) => rm(fileOf(key), { force: true }),
    clear: async () => {
      for (const file of await readdir(folder)) await rm(join(folder, file), { force: true });
    },
  };
};
