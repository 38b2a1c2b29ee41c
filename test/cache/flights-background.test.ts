import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { deferred } from '../resilience/support.ts';
import { expectNoneUnhandled, failureOf, setUp } from './flights-support.ts';

describe('flights that nobody need wait for', () => {
  const unhandled = expectNoneUnhandled();

  describe('in the background', () => {
    it('begins once, however often it is asked for', async () => {
      const { flights, site, asked } = setUp();

      const launched = [flights.launch(asked), flights.launch(asked), flights.launch(asked)];
      site.land('tea');

      expect([await Promise.all(launched), site.count()]).toEqual([['tea', 'tea', 'tea'], 1]);
    });

    it('shares what somebody waits for already', async () => {
      const { flights, site, asked, caller } = setUp();
      const { landed } = caller();

      const launched = flights.launch(asked);
      site.land('tea');

      expect([await launched, (await landed).value, site.count()]).toEqual(['tea', 'tea', 1]);
    });

    it('goes on when whoever joined it leaves', async () => {
      const { flights, site, asked, caller } = setUp();
      const launched = flights.launch(asked);
      const joined = caller();

      joined.leave('gone');
      await failureOf(joined.landed);
      site.land('tea');

      expect([site.at(0).signal.aborted, await launched]).toEqual([false, 'tea']);
    });

    it('fails without anybody having to hear of it', async () => {
      const { flights, site, asked } = setUp();
      flights.launch(asked).catch(() => undefined);

      site.fail(new Error('broken'));
      await setImmediate();

      expect(unhandled).toEqual([]);
    });

    it('hears of work that throws at once', async () => {
      const { flights, asked } = setUp();
      const failure = new Error('broken');
      const begin = (): never => {
        throw failure;
      };

      const launched = flights.launch({ ...asked, begin });

      expect(await failureOf(launched)).toBe(failure);
    });

    it('begins anew once it failed', async () => {
      const { flights, site, asked } = setUp();
      const failed = flights.launch(asked);
      site.fail(new Error('broken'));
      await failureOf(failed);

      const next = flights.launch(asked);
      site.land('tea', 1);

      expect(await next).toBe('tea');
    });
  });

  describe('when it is closed', () => {
    it('gives up what goes on in the background, with its reason', async () => {
      const { flights, site, asked } = setUp();
      const launched = flights.launch(asked);
      const reason = new Error('closed');

      flights.close(reason);

      expect(await failureOf(launched)).toBe(reason);
      expect(site.at(0).signal.reason).toBe(reason);
    });

    it('has whoever comes then begin anew, though what was given up has not ended yet', async () => {
      const { flights, asked, caller, site } = setUp();
      const hanging = { ...asked, begin: () => deferred<string>().promise };
      flights.launch(hanging).catch(() => undefined);
      flights.close(new Error('closed'));

      const late = caller();
      site.land('tea');

      expect(await late.landed).toEqual({ value: 'tea', joined: false });
    });

    it('lets those go on who wait, and gives up when the last of them leaves', async () => {
      const { flights, site, asked, caller } = setUp();
      flights.launch(asked).catch(() => undefined);
      const { landed, leave } = caller();

      flights.close(new Error('closed'));
      const whileWaiting = site.at(0).signal.aborted;
      leave('gone');
      await failureOf(landed);

      expect([whileWaiting, site.at(0).signal.aborted]).toEqual([false, true]);
    });

    it('leaves alone what callers began and wait for', async () => {
      const { flights, site, caller } = setUp();
      const { landed } = caller();

      flights.close(new Error('closed'));
      site.land('tea');

      expect((await landed).value).toBe('tea');
    });
  });

  describe('when flights are retired', () => {
    it.each([
      ['for all that is about the same', 'teas', 2],
      ['for everything', undefined, 2],
      ['but not for what is about something else', 'coffees', 1],
    ])('begins anew %s', async (_which, group, count) => {
      const { flights, site, callers, caller } = setUp();
      const before = callers(2);

      flights.retire(group);
      const after = caller();
      for (let index = 0; index < count; index += 1) site.land(`${index}`, index);
      await Promise.all([...before, after].map(({ landed }) => landed));

      expect(site.count()).toBe(count);
    });

    it('gives those who wait already what they wait for', async () => {
      const { flights, site, callers, caller } = setUp();
      const before = callers(2);

      flights.retire('teas');
      const after = caller();
      site.land('new', 1);
      site.land('old', 0);
      const landed = await Promise.all([...before, after].map(({ landed: each }) => each));

      expect(landed.map(({ value }) => value)).toEqual(['old', 'old', 'new']);
    });

    it('does not disturb what took the place of one that lands later', async () => {
      const { flights, site, caller } = setUp();
      const old = caller();
      flights.retire('teas');
      const first = caller();
      site.land('old', 0);
      await old.landed;

      const second = caller();
      site.land('new', 1);

      expect([(await first.landed).value, await second.landed]).toEqual([
        'new',
        { value: 'new', joined: true },
      ]);
    });

    it('does not disturb what took the place of one that is given up later', async () => {
      const { flights, site, caller } = setUp();
      const old = caller();
      flights.retire('teas');
      const first = caller();
      old.leave('gone');
      await failureOf(old.landed);

      const second = caller();
      site.land('new', 1);
      await Promise.all([first.landed, second.landed]);

      expect([site.count(), site.at(0).signal.aborted, site.at(1).signal.aborted]).toEqual([2, true, false]);
    });

    it('still gives up on closing what goes on in the background', async () => {
      const { flights, site, asked } = setUp();
      flights.launch(asked).catch(() => undefined);
      flights.retire();

      flights.close(new Error('closed'));
      await setImmediate();

      expect(site.at(0).signal.aborted).toBe(true);
    });
  });
});
