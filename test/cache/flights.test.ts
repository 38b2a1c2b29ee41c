import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { twinOf } from '../../src/errors/index.ts';
import { expectNoneUnhandled, failureOf, setUp, worksite } from './flights-support.ts';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('flights that callers wait for', () => {
  const unhandled = expectNoneUnhandled();

  describe('when many ask for the same', () => {
    it('begins once, and gives all the same, saying who joined', async () => {
      const { site, callers } = setUp();
      const asking = callers(200);

      site.land('tea');
      const landed = await Promise.all(asking.map(({ landed: each }) => each));

      expect(site.count()).toBe(1);
      expect(new Set(landed.map(({ value }) => value))).toEqual(new Set(['tea']));
      expect(landed.map(({ joined }) => joined)).toEqual([false, ...Array(199).fill(true)]);
    });

    it('lets each leave alone, with a reason of its own', async () => {
      const { site, caller } = setUp();
      const [first, second, third] = [caller(), caller(), caller()];

      first.leave('first reason');
      second.leave('second reason');
      site.land('tea');

      expect(await Promise.all([first, second, third].map(({ landed }) => failureOf(landed)))).toEqual([
        'first reason',
        'second reason',
        { value: { value: 'tea', joined: true } },
      ]);
    });

    it('gives up the work when the last one leaves, and not before', async () => {
      const { site, callers } = setUp();
      const asking = callers(3);
      const aborted: boolean[] = [];

      for (const { landed, leave } of asking) {
        leave('gone');
        await failureOf(landed);
        aborted.push(site.at(0).signal.aborted);
      }

      expect(aborted).toEqual([false, false, true]);
    });

    it('gives whoever leaves the very reason, though it is an error', async () => {
      const { site, caller } = setUp();
      const [first, second] = [caller(), caller()];
      const reason = new Error('the caller left');

      second.leave(reason);
      const failure = await failureOf(second.landed);
      site.land('tea');
      await first.landed;

      expect(failure).toBe(reason);
    });

    it('keeps flights for other things apart', async () => {
      const { flights, site, asked, caller } = setUp();
      const tea = caller();

      const coffee = flights.join({ ...asked, key: 'coffee' }, { signal: tea.signal, ownError: twinOf });
      site.land('tea', 0);
      site.land('coffee', 1);

      expect([await tea.landed, await coffee]).toEqual([
        { value: 'tea', joined: false },
        { value: 'coffee', joined: false },
      ]);
    });

    it('leaves no listener on the signal of anybody', async () => {
      const { site, callers } = setUp();
      const asking = callers(3);
      const during = asking.map(({ signal }) => listeners(signal));

      asking[1]?.leave('gone');
      site.land('tea');
      await Promise.all(asking.map(({ landed }) => failureOf(landed)));

      expect([during, asking.map(({ signal }) => listeners(signal))]).toEqual([
        [1, 1, 1],
        [0, 0, 0],
      ]);
    });
  });

  describe('when somebody comes late', () => {
    it('begins anew after the work landed', async () => {
      const { site, caller } = setUp();
      const first = caller();
      site.land('old');
      await first.landed;

      const second = caller();
      site.land('new', 1);

      expect(await second.landed).toEqual({ value: 'new', joined: false });
    });

    it('begins anew after the work was given up, though that has not ended yet', async () => {
      const { flights, asked } = setUp();
      const stubborn = worksite();
      const deaf = { ...asked, begin: () => stubborn.begin(new AbortController().signal) };
      const leaving = new AbortController();
      const left = flights.join(deaf, { signal: leaving.signal, ownError: twinOf });
      leaving.abort('gone');
      await failureOf(left);

      const late = flights.join(deaf, { signal: new AbortController().signal, ownError: twinOf });
      stubborn.land('old', 0);
      stubborn.land('new', 1);

      expect(await late).toEqual({ value: 'new', joined: false });
    });

    it('begins nothing for one who has left already', async () => {
      const { flights, site, asked } = setUp();

      const failure = await failureOf(
        flights.join(asked, { signal: AbortSignal.abort('gone'), ownError: twinOf }),
      );

      expect([failure, site.count()]).toEqual(['gone', 0]);
    });
  });

  describe('when the work fails', () => {
    it('tells all, each who joined with an error of its own', async () => {
      const { site, callers } = setUp();
      const asking = callers(3);
      const failure = new TypeError('broken');

      site.fail(failure);
      const told = await Promise.all(asking.map(({ landed }) => failureOf(landed)));

      expect(told[0]).toBe(failure);
      expect(told).toEqual([failure, failure, failure]);
      expect(new Set(told).size).toBe(3);
    });

    it('keeps no failure: whoever comes then begins anew', async () => {
      const { site, caller } = setUp();
      const failed = caller();
      site.fail(new Error('broken'));
      await failureOf(failed.landed);

      const next = caller();
      site.land('tea', 1);

      expect(await next.landed).toEqual({ value: 'tea', joined: false });
    });

    it('hears of work that throws at once', async () => {
      const { flights, asked } = setUp();
      const failure = new Error('broken');
      const begin = (): never => {
        throw failure;
      };

      const joined = flights.join(
        { ...asked, begin },
        { signal: new AbortController().signal, ownError: twinOf },
      );

      expect(await failureOf(joined)).toBe(failure);
    });

    it('has nobody hear of work that fails after all have left', async () => {
      const { flights, asked } = setUp();
      const stubborn = worksite();
      const leaving = new AbortController();
      const begin = () => stubborn.begin(new AbortController().signal);
      const left = flights.join({ ...asked, begin }, { signal: leaving.signal, ownError: twinOf });
      leaving.abort('gone');
      await failureOf(left);

      stubborn.fail(new Error('too late'));
      await setImmediate();

      expect(unhandled).toEqual([]);
    });
  });
});
