/** The most places that are remembered: the oldest is tried again. */
const MAX_PLACES = 1_000;

/** Places whose last answer was for one caller alone: who asks there does not wait for what it could not be given. */
export interface UnsharedPlaces {
  has(key: string): boolean;
  note(key: string, isUnshared: boolean): void;
}

/** None yet. */
export const createUnsharedPlaces = (): UnsharedPlaces => {
  const keys = new Set<string>();
  return Object.freeze<UnsharedPlaces>({
    has: (key) => keys.has(key),
    note: (key, isUnshared) => {
      keys.delete(key);
      if (!isUnshared) return;
      keys.add(key);
      const [oldest] = keys;
      if (keys.size > MAX_PLACES && oldest !== undefined) keys.delete(oldest);
    },
  });
};
