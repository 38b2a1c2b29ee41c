import { describe, expect, it } from '@jest/globals';
import { createUnsharedPlaces } from '../../src/client/unshared.ts';

describe('the places whose answers are for one caller alone', () => {
  it('are remembered until an answer may be shared', () => {
    const places = createUnsharedPlaces();
    places.note('a', true);
    places.note('b', true);

    places.note('a', false);

    expect([places.has('a'), places.has('b')]).toEqual([false, true]);
  });

  it('are a thousand at most, the oldest forgotten first', () => {
    const places = createUnsharedPlaces();
    for (let at = 0; at < 1_000; at += 1) places.note(`${at}`, true);
    places.note('0', true);

    places.note('one more', true);

    expect(['0', '1', '2', 'one more'].map(places.has)).toEqual([true, false, true, true]);
  });
});
