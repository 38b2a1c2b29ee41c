import { describe, expect, it } from '@jest/globals';
import {
  BulkheadFullError,
  CircuitOpenError,
  DependencyPausedError,
  NotFoundError,
  UpstreamResponseError,
  UpstreamTimeoutError,
} from '../../src/errors/index.ts';
import { classifyOutcome, type Outcome } from '../../src/policy/index.ts';

const { signal } = new AbortController();

describe('classifyOutcome', () => {
  it.each([['text'], [undefined], [new Error('an error that was returned')]])(
    'counts the value %p a success',
    (value) => {
      expect(classifyOutcome({ value }, signal)).toBe('success');
    },
  );

  it.each<[string, unknown, Outcome]>([
    ['a business error, which proves the dependency alive,', new NotFoundError(), 'success'],
    ['an open circuit', new CircuitOpenError(), 'neutral'],
    ['a full bulkhead', new BulkheadFullError(), 'neutral'],
    ['a paused dependency', new DependencyPausedError(), 'neutral'],
    ['a timeout', new UpstreamTimeoutError(), 'failure'],
    ['an unknown error', new TypeError('broken'), 'failure'],
    ['undefined, thrown,', undefined, 'failure'],
    ['an abort that was not ours', AbortSignal.abort().reason, 'failure'],
  ])('counts %s as it should', (_name, error, outcome) => {
    expect(classifyOutcome({ error }, signal)).toBe(outcome);
  });

  it.each<[number, Outcome]>([
    [400, 'success'],
    [404, 'success'],
    [408, 'failure'],
    [429, 'neutral'],
    [500, 'failure'],
    [501, 'success'],
    [503, 'failure'],
    [505, 'success'],
  ])('goes by the status %i that a dependency answered, whoever tells it', (status, outcome) => {
    const ours = new UpstreamResponseError('answered', {
      upstreamStatus: status,
      reason: `status-${status}`,
    });
    const wrapped = new Error('no product', { cause: ours });
    const axios = Object.assign(new Error('answered'), {
      isAxiosError: true,
      name: 'AxiosError',
      response: { status, headers: {} },
    });

    const outcomes = [ours, wrapped, axios].map((error) => classifyOutcome({ error }, signal));

    expect(outcomes).toEqual([outcome, outcome, outcome]);
  });

  it('counts a 200 whose body is of no use a failure', () => {
    const error = new UpstreamResponseError('broken', { upstreamStatus: 200, reason: 'truncated' });

    expect(classifyOutcome({ error }, signal)).toBe('failure');
  });

  it('counts the reason of the aborted signal for nothing', () => {
    const reason = new UpstreamTimeoutError('Too late', { scope: 'deadline' });

    const outcome = classifyOutcome({ error: reason }, AbortSignal.abort(reason));

    expect(outcome).toBe('neutral');
  });

  it('counts another error a failure though the signal is aborted', () => {
    const outcome = classifyOutcome({ error: new Error('broken') }, AbortSignal.abort(new Error('gone')));

    expect(outcome).toBe('failure');
  });
});
