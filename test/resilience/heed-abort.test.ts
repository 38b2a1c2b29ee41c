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
});
