import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { deferred } from '../resilience/support.ts';
import { setUp } from './flights-support.ts';

describe('a flight that something follows', () => {
  const following = () => {
    const gate = deferred<void>();
    return { gate, ...setUp({ until: () => gate.promise }) };
  };

  it('gives what it came to as soon as that is there', async () => {
    const { site, caller } = following();
    const { landed } = caller();

    site.land('tea');

    expect(await landed).toEqual({ value: 'tea', joined: false });
  });

  it('is shared by who comes before that is through', async () => {
    const { site, caller } = following();
    const first = caller();
    site.land('tea');
    await first.landed;

    const second = caller();

    expect([await second.landed, site.count()]).toEqual([{ value: 'tea', joined: true }, 1]);
  });

  it.each<[string, (gate: ReturnType<typeof deferred<void>>) => void]>([
    ['through', (gate) => gate.resolve()],
    ['failed', (gate) => gate.reject(new Error('down'))],
  ])('is over once that is %s', async (_how, end) => {
    const { gate, site, caller } = following();
    const first = caller();
    site.land('tea');
    await first.landed;

    end(gate);
    await setImmediate();
    caller();

    expect(site.count()).toBe(2);
  });

  it('is over at once where what follows throws', async () => {
    const until = (): never => {
      throw new Error('down');
    };
    const { site, caller } = setUp({ until });
    const first = caller();
    site.land('tea');
    await first.landed;
    await setImmediate();

    caller();

    expect(site.count()).toBe(2);
  });

  it('is over at once where it failed: nothing follows that', async () => {
    const { site, caller } = following();
    const first = caller();
    site.fail(new Error('down'));
    await first.landed.catch(() => undefined);

    caller();

    expect(site.count()).toBe(2);
  });

  it('goes on to its end though whoever had it leaves meanwhile', async () => {
    const { site, caller } = following();
    const first = caller();
    site.land('tea');
    await first.landed;

    first.leave('gone');

    expect(site.at(0).signal.aborted).toBe(false);
  });
});
