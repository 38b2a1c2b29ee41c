import { describe, expect, it } from '@jest/globals';
import { createRecord, lifeOf } from '../../src/context/index.ts';
import { createLife } from '../../src/context/life.ts';
import { requestRecord } from '../support/records.ts';

describe('the life of a request', () => {
  it('aborts with the reason of its first end alone', () => {
    const life = createLife();
    const { signal } = life;
    const timeUp = new Error('time is up');

    life.expire(timeUp);
    life.leave();

    expect(signal.reason).toBe(timeUp);
  });

  it('has the same reason for whoever asks after its end', () => {
    const life = createLife();

    life.leave();
    life.expire(new Error('time is up'));

    expect(life.signal.reason).toMatchObject({ code: 'client-closed' });
  });

  it('takes an earlier deadline, and neither a later one nor the same', () => {
    const life = createLife();

    const taken = [100, 200, 50, 50].map((deadline) => life.shorten(deadline));

    expect(taken).toEqual([true, false, true, false]);
    expect(life.deadline).toBe(50);
  });

  it('shows a deadline that came late in a record that is frozen', () => {
    const record = createRecord();

    lifeOf(record)?.shorten(7);

    expect([record.deadline, Object.isFrozen(record)]).toEqual([7, true]);
  });

  it('is out of sight of serializers and copies', () => {
    const record = createRecord();

    expect(lifeOf({ ...record })).toBeUndefined();
    expect(JSON.stringify(record)).not.toContain('leave');
  });

  it('is nothing for a record that was written by hand', () => {
    expect(lifeOf(requestRecord())).toBeUndefined();
  });
});
