import { randomUUID } from 'node:crypto';
import { readSafely } from '../../kernel/index.ts';
import type { Got, Shelf } from '../shelf.ts';
import { NOTES } from '../store.ts';
import { MAX_KEEP_MS } from './usage.ts';

/** What was changed or forgotten. Where the store did not take it, it holds in this process until the store does. */
export interface Changes {
  /** Id of the last change under a note's key, `''` for none; `undefined` where the store cannot say. */
  idOf(noteKey: string): Promise<string | undefined>;
  /** What is kept under a key and was not forgotten. */
  find(key: string): Promise<Got | undefined>;
  /** Notes a change. @returns whether the store did */
  change(noteKey: string): Promise<boolean>;
  /** Forgets what is kept under a key, or everything. @returns whether the store did */
  forget(key?: string): Promise<boolean>;
}

/** The most that are remembered which the store did not take; beyond it nothing that was kept before is used. */
const MOST = 1_000;

/** What a note tells; `''` for no note. One that cannot be read was one all the same. */
const idIn = (note: { readonly value: unknown } | undefined): string => {
  if (note === undefined) return '';
  const id = readSafely(note.value, 'invalidation');
  return typeof id === 'string' && id !== '' ? id : 'unreadable';
};

/** No changes yet. */
export const createChanges = (shelf: Shelf): Changes => {
  /** What the store is to be told, by key: the id of the last change. */
  const untold = new Map<string, string>();
  /** A change of everything that the store does not know of; `''` for none. */
  let ofAll = '';

  /** Tells the store what holds here from this moment on. */
  const tell = async (key: string, id: string, work: () => Promise<boolean>): Promise<boolean> => {
    untold.set(key, id);
    if (untold.size > MOST) {
      ofAll = randomUUID();
      untold.clear();
    }
    const isDone = await work();
    // There may have been a later one meanwhile.
    if (isDone && untold.get(key) === id) untold.delete(key);
    return isDone;
  };

  const write = (noteKey: string, id: string): Promise<boolean> => {
    const how = { keepMs: MAX_KEEP_MS, sizeBytes: 64, partition: NOTES };
    return tell(noteKey, id, () => shelf.set(noteKey, { invalidation: id }, how));
  };
  const erase = (key: string): Promise<boolean> => tell(key, randomUUID(), () => shelf.delete(key));

  const clear = async (): Promise<boolean> => {
    const id = randomUUID();
    ofAll = id;
    const isDone = await shelf.clear();
    if (isDone && ofAll === id) {
      ofAll = '';
      untold.clear();
    }
    return isDone;
  };

  return Object.freeze<Changes>({
    idOf: async (noteKey) => {
      const id = untold.get(noteKey);
      if (id !== undefined) {
        await write(noteKey, id);
        return ofAll + id;
      }
      const note = await shelf.read(noteKey);
      return note && ofAll + idIn(note.got);
    },
    find: (key) => (untold.has(key) ? erase(key).then(() => undefined) : shelf.get(key)),
    change: (noteKey) => write(noteKey, randomUUID()),
    forget: (key) => (key === undefined ? clear() : erase(key)),
  });
};
