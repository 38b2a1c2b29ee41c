import { describe, expect, it } from '@jest/globals';
import { UpstreamResponseError } from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import type { ResilienceOptions } from '../../src/resilience/index.ts';
import { callOf, errorOf, scripted, stackOf } from './support.ts';

const absent = new UpstreamResponseError('404', { upstreamStatus: 404 });
const down = new UpstreamResponseError('503', { upstreamStatus: 503 });

const stackThatExpects = (
  error: Error,
  { fallback }: Pick<ResilienceOptions<string, string>, 'fallback'> = {},
) => {
  const events = createEventHub();
  const told: unknown[] = [];
  events.subscribe('attempt.failed', ({ attempt }) => told.push(attempt.number));
  const rules = { isExpected: (given: unknown) => given === absent };
  const backoff = { kind: 'constant', baseMs: 0 } as const;
  const retry = { maxRetries: 1, backoff, shouldRetry: () => true };
  const { run } = stackOf(scripted(error), { retry, fallback }, { rules, events });
  return { run, told };
};

describe('an error that the owner of a stack expects', () => {
  it('is told as a failed attempt while it is tried again, and not when it ends the call', async () => {
    const { run, told } = stackThatExpects(absent);

    await errorOf(run('q', callOf()));

    expect(told).toEqual([1]);
  });

  it('is not answered by a fallback', async () => {
    const { run } = stackThatExpects(absent, { fallback: { value: 'instead' } });

    await expect(run('q', callOf())).rejects.toBe(absent);
  });

  it('is answered by a fallback whose condition says so', async () => {
    const { run } = stackThatExpects(absent, { fallback: { value: 'instead', when: () => true } });

    expect(await run('q', callOf())).toBe('instead');
  });

  it('is not any other error', async () => {
    const { run, told } = stackThatExpects(down, { fallback: { value: 'instead' } });

    expect(await run('q', callOf())).toBe('instead');
    expect(told).toEqual([1, 2]);
  });
});
