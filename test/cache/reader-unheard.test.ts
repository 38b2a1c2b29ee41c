import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { KEPT, readerOf } from './reader-support.ts';

const REFUSED = new Error('refused');
const STALE_MS = 1_100;
const FRESH_MS = 500;

describe('a refresh that failed in a way that callers must hear of', () => {
  /** After a read at that age, whose refresh was refused. */
  const refused = async (ageMs = STALE_MS) => {
    const reader = readerOf({ earlyRefresh: 1_000_000 });
    reader.failRenewal(REFUSED);
    await reader.clock.advance(ageMs);
    await reader.read();
    await setImmediate();
    return reader;
  };

  it('has the next one ask, who hears it', async () => {
    const { read, fail } = await refused();
    fail(REFUSED);

    await expect(read()).rejects.toBe(REFUSED);
  });

  it('has nobody ask in the background any more', async () => {
    const { read, counts } = await refused();

    expect([await read(), counts]).toEqual(['asked', { asked: 1, refreshed: 1 }]);
  });

  it('leaves what is fresh in use, and asks no more before its time is up', async () => {
    const { read, counts } = await refused(FRESH_MS);

    expect([await read(), counts]).toMatchObject([{ value: 'kept' }, { asked: 0, refreshed: 1 }]);
  });

  it('concerns no other key', async () => {
    const { read, counts } = await refused();

    expect([await read('coffee'), counts.refreshed]).toMatchObject([{ value: 'kept' }, 2]);
  });

  it('is over once asking succeeds', async () => {
    const { read, counts } = await refused();
    await read();

    expect([await read(), counts.refreshed]).toMatchObject([{ value: KEPT.value }, 2]);
  });

  it('still lets a failure be answered by what is stale', async () => {
    const { read, fail } = await refused();
    fail();

    expect(await read()).toMatchObject({ cache: { status: 'stale', reason: 'network' } });
  });
});
