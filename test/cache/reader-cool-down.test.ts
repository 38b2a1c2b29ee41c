import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../src/testing/index.ts';
import { deferred } from '../resilience/support.ts';
import { DOWN, readerOf } from './reader-support.ts';

const none = (): number => 0;

/** A reader of something stale, whose dependency failed just now. */
const cooling = async (coolDownMs: number | false = 100, random = none) => {
  const subject = readerOf({ coolDownMs, random });
  subject.keep({ staleWhileRevalidateMs: 0, staleIfErrorMs: 60_000 });
  subject.fail();
  await subject.clock.advance(1_000);
  await subject.read();
  return subject;
};

describe('the cool-down of a reader', () => {
  it('is off unless it is asked for: each one asks', async () => {
    const { read, counts } = await cooling(false);

    await read();

    expect(counts.asked).toBe(2);
  });

  it('has nobody ask until it is over, and says what the failure was', async () => {
    const { clock, read, counts } = await cooling();

    await clock.advance(99);
    const found = await read();
    const asked = counts.asked;
    await clock.advance(1);
    await read();

    expect(found).toMatchObject({ value: 'kept', cache: { status: 'stale', reason: 'network' } });
    expect([asked, counts.asked]).toEqual([1, 2]);
  });

  it('is shorter by up to a fifth, by chance', async () => {
    const random = seededRandom(7);
    const drawn = seededRandom(7)();
    const { clock, read, counts } = await cooling(1_000, random);
    const endsAt = 1_000 * (1 - 0.2 * drawn);

    await clock.advance(endsAt - 0.001);
    await read();
    const before = counts.asked;
    await clock.advance(0.002);
    await read();

    expect([before, counts.asked]).toEqual([1, 2]);
  });

  it('ends for the others when somebody who asks nevertheless succeeds', async () => {
    const { state, read, keep, counts } = await cooling();
    state.answer = async () => 'asked';
    // As for one whose request wants nothing that is kept.
    keep(undefined);
    await read();

    keep({ staleWhileRevalidateMs: 0, staleIfErrorMs: 60_000 });
    const next = await read();

    expect([next, counts.asked]).toEqual(['asked', 3]);
  });

  it('does not keep from asking one to whom nothing that is kept may be given', async () => {
    const { read, keep, counts } = await cooling();
    keep({ staleIfErrorMs: 0, staleWhileRevalidateMs: 0 });

    await expect(read()).rejects.toBe(DOWN);
    expect(counts.asked).toBe(2);
  });

  it('is for what failed alone', async () => {
    const { read, counts } = await cooling();

    await read('coffee');

    expect(counts.asked).toBe(2);
  });

  it('does not begin with a failure that nothing may stand in for', async () => {
    const { clock, read, fail, counts } = readerOf({ coolDownMs: 100, random: none });
    fail(new Error('not found'));
    await clock.advance(1_300);
    await read().catch(() => undefined);

    fail();
    await read();

    expect(counts.asked).toBe(2);
  });

  it('begins with a failure in the background too, and has nobody fetch', async () => {
    const { clock, read, failRenewal, counts } = readerOf({ coolDownMs: 100, random: none });
    failRenewal();
    await clock.advance(1_000);
    await read();

    await clock.advance(99);
    const found = await read();

    expect(found).toMatchObject({ cache: { reason: 'network' } });
    expect(counts).toEqual({ asked: 0, refreshed: 1 });
  });

  it('says what the failure was in the window for fetching too, where that is the longer one', async () => {
    const { clock, read, keep, failRenewal, counts } = readerOf({ coolDownMs: 100, random: none });
    keep({ staleIfErrorMs: 0 });
    failRenewal();
    await clock.advance(1_000);
    await read();

    expect(await read()).toMatchObject({ cache: { status: 'stale', reason: 'network' } });
    expect(counts).toEqual({ asked: 0, refreshed: 1 });
  });

  it('ends with a success in the background', async () => {
    const { clock, state, read, keep, fail } = readerOf({ coolDownMs: 5_000, random: none });
    const gate = deferred();
    state.renewed = () => gate.promise;
    await clock.advance(1_000);
    await read();
    keep({ staleWhileRevalidateMs: 0 });
    fail();
    await read();

    gate.resolve('renewed');
    await clock.advance(0);
    state.answer = async () => 'asked';

    expect(await read()).toBe('asked');
  });

  it('is remembered for a thousand at once, the oldest first forgotten', async () => {
    const subject = await cooling(60_000);
    for (let index = 1; index < 1_000; index += 1) await subject.read(`key ${index}`);
    const { asked } = subject.counts;
    await subject.read('tea');
    const whileFull = subject.counts.asked - asked;

    await subject.read('one more');
    await subject.read('key 1');
    await subject.read('tea');

    expect([whileFull, subject.counts.asked - asked]).toEqual([0, 2]);
  });
});
