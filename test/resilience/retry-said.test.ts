import { describe, expect, it } from '@jest/globals';
import {
  CircuitOpenError,
  ConflictError,
  DependencyError,
  StaleVersionError,
  UpstreamResponseError,
} from '../../src/errors/index.ts';
import { loadCopy } from '../support/copy.ts';
import { retried, stopped } from './retry-support.ts';
import { callOf } from './support.ts';

describe('retry of an error that says whether it is retryable', () => {
  it('tries a business error again that says so', async () => {
    const { end, script } = retried([new StaleVersionError('Changed', { retryable: true }), 'answer']);

    expect([await end(callOf()), script.calls.length]).toEqual([{ value: 'answer' }, 2]);
  });

  it.each([
    new UpstreamResponseError('503', { upstreamStatus: 503, retryable: false }),
    new DependencyError('Out of credit', { retryable: false }),
    new ConflictError('Taken', { retryable: false }),
    new ConflictError('Taken'),
  ])('does not repeat %p', async (error) => {
    const { end, script } = retried([error, 'answer']);
    const call = callOf();

    expect([await end(call), script.calls.length, stopped(call)]).toEqual([{ error }, 1, 'not-retryable']);
  });

  it('takes the word of an error of another copy of the package', async () => {
    const copy = await loadCopy();
    const { end, script } = retried([new copy.ConflictError('Locked', { retryable: true }), 'answer']);

    await end(callOf());

    expect(script.calls).toHaveLength(2);
  });

  it('asks shouldRetry first', async () => {
    const no = retried([new StaleVersionError('Changed', { retryable: true })], { shouldRetry: () => false });
    const yes = retried([new DependencyError('Down', { retryable: false })], { shouldRetry: () => true });

    await no.end(callOf());
    await yes.end(callOf());

    expect([no.script.calls.length, yes.script.calls.length]).toEqual([1, 3]);
  });

  it('does not ask shouldRetry about a business error that does not say retryable', async () => {
    const { end, script } = retried([new ConflictError('Taken', { retryable: false })], {
      shouldRetry: () => true,
    });

    await end(callOf());

    expect(script.calls).toHaveLength(1);
  });

  it('waits as long as a business error asks for', async () => {
    const { end } = retried([new ConflictError('Locked', { retryable: true, retryAfterMs: 700 }), 'answer']);
    const call = callOf();

    await end(call);

    expect(call.journal.snapshot().attempts.map(({ waitMs }) => waitMs)).toEqual([0, 700]);
  });

  it('repeats no refusal and no call that is not repeatable, whatever the error says', async () => {
    const refused = retried([new CircuitOpenError('Open', { retryable: true })]);
    const once = retried([new ConflictError('Locked', { retryable: true })]);

    await refused.end(callOf());
    await once.end(callOf({ repeatable: false }));

    expect([refused.script.calls.length, once.script.calls.length]).toEqual([1, 1]);
  });
});
