import { describe, expect, it } from '@jest/globals';
import { bulkhead, hedge, retry } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { callOf, deferred, errorOf, scripted, stubborn } from './support.ts';

describe.each([
  ['retry', retry<string, string>({ clock: manualClock() })],
  ['hedge', hedge<string, string>({ clock: manualClock() })],
  ['bulkhead', bulkhead<string, string>({ clock: manualClock() })],
])('%s alone', (_name, policy) => {
  it('ends when its caller leaves although the work is deaf to it, and tells of that work', async () => {
    const caller = new AbortController();
    const held: Promise<unknown>[] = [];
    const run = policy(scripted(stubborn(deferred())).operation);
    const end = errorOf(run('q', callOf({ signal: caller.signal, hold: (work) => held.push(work) })));
    await manualClock().advance(0);

    caller.abort('left');

    expect([await end, held.length]).toEqual(['left', 1]);
  });

  it('rejects with what the one throws who is told of that work', async () => {
    const caller = new AbortController();
    const hold = (): void => {
      throw new Error('hold is broken');
    };
    const run = policy(scripted(stubborn(deferred())).operation);
    const end = errorOf(run('q', callOf({ signal: caller.signal, hold })));
    await manualClock().advance(0);

    caller.abort('left');

    await expect(end).resolves.toThrow('hold is broken');
  });

  it('leaves after those within have written their journal', async () => {
    const caller = new AbortController();
    const inner = retry<string, string>({ clock: manualClock() });
    const run = policy(inner(scripted(stubborn(deferred())).operation));
    const call = callOf({ signal: caller.signal });
    const end = errorOf(run('q', call)).then(() => call.journal.snapshot().stopped);
    await manualClock().advance(0);

    caller.abort('left');

    await expect(end).resolves.toBe('aborted');
  });
});
