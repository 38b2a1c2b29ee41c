import { describe, expect, it } from '@jest/globals';
import { createRecord, lifeOf, runDetached, runWithContext, tryGetContext } from '../../src/context/index.ts';
import { requestRecord } from '../support/records.ts';

describe('runDetached', () => {
  it('gives what the work gives, and throws what it throws', () => {
    const failure = new Error('broken');

    expect(runDetached(requestRecord(), () => 'done')).toBe('done');
    expect(() =>
      runDetached(requestRecord(), () => {
        throw failure;
      }),
    ).toThrow(failure);
  });

  it('runs the work with the ids and fields of the request it begins in, whichever is around it', async () => {
    const record = requestRecord({ requestId: 'first', fields: { userId: 'ada' } });

    const seen = await runWithContext(requestRecord({ requestId: 'around' }), () =>
      runDetached(record, async () => {
        await Promise.resolve();
        return tryGetContext();
      }),
    );

    expect(seen).toMatchObject({ requestId: 'first', correlationId: 'corr-1', fields: { userId: 'ada' } });
  });

  it('is bounded by nothing of that request: neither its end nor its deadline', () => {
    const controller = new AbortController();
    const record = requestRecord({ signal: controller.signal, deadline: 5 });

    const seen = runDetached(record, tryGetContext);
    controller.abort('gone');

    expect([seen?.signal.aborted, seen?.deadline, seen?.signal === record.signal]).toEqual([
      false,
      undefined,
      false,
    ]);
  });

  it('holds nothing of that request: not its life', () => {
    const record = createRecord();

    const seen = runDetached(record, tryGetContext);

    expect([lifeOf(record) === undefined, seen && lifeOf(seen)]).toEqual([false, undefined]);
  });

  it('runs the work outside of every request where there is none, whichever is around it', () => {
    const seen = runWithContext(requestRecord(), () => runDetached(undefined, tryGetContext));

    expect(seen).toBeUndefined();
  });

  it('leaves the request around it as it was', () => {
    const record = requestRecord();

    const seen = runWithContext(record, () => {
      runDetached(requestRecord({ requestId: 'other' }), () => undefined);
      return tryGetContext();
    });

    expect(seen).toBe(record);
  });
});
