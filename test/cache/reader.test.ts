import { describe, expect, it } from '@jest/globals';
import { createFlights } from '../../src/cache/index.ts';
import { deferred } from '../resilience/support.ts';
import { DOWN, readerOf } from './reader-support.ts';

const gone = new Error('gone');

describe('createReader, with something fresh', () => {
  it('gives what is kept without asking, and says how old it is', async () => {
    const { clock, read, counts, storedAt } = readerOf();
    await clock.advance(400);

    const found = await read();

    const status = { status: 'hit', ageMs: 400, staleForMs: 0, reason: undefined, storedAt };
    expect(found).toEqual({ value: 'kept', cache: status, ttlMs: 600 });
    expect(found).toHaveProperty('cache.key', 'digest');
    expect(counts).toEqual({ asked: 0, refreshed: 0 });
  });

  it('adds the age that it had when it came', async () => {
    const { clock, read, keep } = readerOf();
    keep({ initialAgeMs: 300 });
    await clock.advance(400);

    expect(await read()).toMatchObject({ cache: { ageMs: 700 }, ttlMs: 300 });
  });

  it('takes what a clock that went back has in the future for new', async () => {
    const { clock, read, keep } = readerOf();
    keep({ storedAt: clock.wallTime() + 5_000 });

    expect(await read()).toMatchObject({ cache: { status: 'hit', ageMs: 0 }, ttlMs: 1_000 });
  });

  it.each([
    [999, 'hit'],
    [1_000, 'asked'],
  ])('at the age of %d ms: %s', async (ageMs, outcome) => {
    const { clock, read, keep } = readerOf();
    keep({ staleWhileRevalidateMs: 0 });
    await clock.advance(ageMs);

    const found = await read();

    expect(typeof found === 'string' ? found : found.cache.status).toBe(outcome);
  });

  it('asks for one who wants something newer, without giving it something stale meanwhile', async () => {
    const { clock, read, keep, counts } = readerOf();
    keep({ usableMs: 300 });
    await clock.advance(300);

    expect([await read(), counts.asked, counts.refreshed]).toEqual(['asked', 1, 0]);
  });

  it('gives one who wanted something newer what is fresh where asking fails, and says why', async () => {
    const { clock, read, keep, fail } = readerOf();
    keep({ usableMs: 300, staleIfErrorMs: 0 });
    fail();
    await clock.advance(300);

    expect(await read()).toMatchObject({
      cache: { status: 'stale', reason: 'network', staleForMs: 0 },
      ttlMs: 700,
    });
  });

  it('gives one who takes old things what is stale, and says that it was asked for', async () => {
    const { clock, read, keep, counts } = readerOf();
    keep({ usableMs: 5_000 });
    await clock.advance(4_999);

    expect(await read()).toMatchObject({
      cache: { status: 'stale', reason: 'requested', staleForMs: 3_999 },
      ttlMs: -3_999,
    });
    expect(counts.asked).toBe(0);
  });
});

describe('createReader, with nothing that serves', () => {
  it('asks where nothing is kept', async () => {
    const { read, keep } = readerOf();
    keep(undefined);

    expect(await read()).toBe('asked');
  });

  it('tells of the failure where nothing is kept', async () => {
    const { read, keep, fail } = readerOf();
    keep(undefined);
    fail();

    await expect(read()).rejects.toBe(DOWN);
  });

  it('tells of a failure that nothing may stand in for, though something is kept', async () => {
    const { clock, read, fail } = readerOf();
    fail(gone);
    await clock.advance(1_200);

    await expect(read()).rejects.toBe(gone);
  });

  it('tells of the failure where what was kept is purged while it asks', async () => {
    const { clock, state, read, keep } = readerOf();
    await clock.advance(1_200);
    const gate = deferred();
    state.answer = () => gate.promise;
    const reading = read();

    keep(undefined);
    gate.reject(DOWN);

    await expect(reading).rejects.toBe(DOWN);
  });

  it('gives what was renewed while it asked, as fresh as it is', async () => {
    const { clock, state, read, keep } = readerOf();
    await clock.advance(1_200);
    const gate = deferred();
    state.answer = () => gate.promise;
    const reading = read();

    keep({ value: 'renewed', storedAt: clock.wallTime() });
    gate.reject(DOWN);

    expect(await reading).toMatchObject({
      value: 'renewed',
      cache: { status: 'hit', ageMs: 0, reason: undefined },
      failure: DOWN,
    });
  });
});

describe('createReader, with something stale', () => {
  it('gives it where asking fails, and says why and with what', async () => {
    const { clock, read, fail, storedAt, counts } = readerOf();
    fail();
    await clock.advance(1_499);

    const found = await read();

    const status = { status: 'stale', ageMs: 1_499, staleForMs: 499, reason: 'network', storedAt };
    expect(found).toEqual({ value: 'kept', cache: status, ttlMs: -499, failure: DOWN });
    expect(counts).toEqual({ asked: 1, refreshed: 0 });
  });

  it('gives it no more once its window is over', async () => {
    const { clock, read, fail } = readerOf();
    fail();
    await clock.advance(1_500);

    await expect(read()).rejects.toBe(DOWN);
  });

  it('does not give it for one moment where it has no window', async () => {
    const { clock, read, keep, fail } = readerOf();
    keep({ lifetimeMs: 0, usableMs: 0, staleIfErrorMs: 0, staleWhileRevalidateMs: 0 });
    fail();
    await clock.advance(0);

    await expect(read()).rejects.toBe(DOWN);
  });

  it.each([
    [1_000, 'revalidating'],
    [1_199, 'revalidating'],
    [1_200, 'asked'],
  ])('at the age of %d ms: %s', async (ageMs, outcome) => {
    const { clock, read } = readerOf();
    await clock.advance(ageMs);

    const found = await read();

    expect(typeof found === 'string' ? found : found.cache.reason).toBe(outcome);
  });

  it('gives it at once while a new one is fetched, which may fail without a word', async () => {
    const { clock, read, failRenewal, counts } = readerOf();
    failRenewal(gone);
    await clock.advance(1_100);

    const found = await read();

    expect(found).toMatchObject({ value: 'kept', cache: { status: 'stale', staleForMs: 100 } });
    expect(counts).toEqual({ asked: 0, refreshed: 1 });
  });

  it('fetches a new one exactly once for many who read meanwhile', async () => {
    const { clock, state, read } = readerOf();
    const flights = createFlights<string>();
    const gate = deferred();
    let begun = 0;
    const begin = (): Promise<string> => {
      begun += 1;
      return gate.promise;
    };
    state.renewed = () => flights.launch({ key: 'tea', group: 'teas', begin });
    await clock.advance(1_100);

    await Promise.all(Array.from({ length: 50 }, () => read()));
    gate.resolve('new');

    expect(begun).toBe(1);
  });
});
