import { describe, expect, it } from '@jest/globals';
import { type CallParts, createCall } from '../../src/policy/index.ts';

describe('createCall', () => {
  it('needs a name alone', () => {
    const { signal, journal, hold, wait, ...rest } = createCall({ name: 'stock' });

    expect(rest).toEqual({
      name: 'stock',
      deadline: undefined,
      attempt: 1,
      repeatable: false,
      servesRetry: false,
    });
    expect([signal.aborted, journal.snapshot(), hold(Promise.resolve()), typeof wait]).toEqual([
      false,
      { attempts: [], stopped: undefined },
      undefined,
      'function',
    ]);
  });

  it('takes a whole call again', () => {
    const call = createCall({ name: 'stock', deadline: Number.POSITIVE_INFINITY, attempt: 2 });

    expect(createCall({ ...call })).toEqual(call);
  });

  it.each<[object, string]>([
    [{}, 'option "name" must be a text that is not empty, but was undefined'],
    [{ name: 5 }, 'option "name" must be a text that is not empty, but was 5'],
    [
      { name: 's', deadline: Number.NaN },
      'option "deadline" must be a reading of the clock, in milliseconds, but was NaN',
    ],
    [
      { name: 's', deadline: new Date(0) },
      'option "deadline" must be a reading of the clock, in milliseconds, but was an object',
    ],
    [{ name: 's', signal: {} }, 'option "signal" must be an AbortSignal, but was an object'],
    [{ name: 's', signal: new EventTarget() }, 'option "signal" must be an AbortSignal, but was an object'],
    [{ name: 's', signal: { aborted: false } }, 'option "signal" must be an AbortSignal, but was an object'],
    [{ name: 's', attempt: '1' }, 'option "attempt" must be a whole number of at least 1, but was "1"'],
    [{ name: 's', repeatable: 'yes' }, 'option "repeatable" must be true or false, but was "yes"'],
    [{ name: 's', servesRetry: 1 }, 'option "servesRetry" must be true or false, but was 1'],
    [{ name: 's', journal: [] }, 'option "journal" must be a journal, but was an array'],
    [{ name: 's', hold: true }, 'option "hold" must be a function, but was true'],
    [
      { name: 's', repeatble: true },
      'unknown option "repeatble"; known are name, signal, deadline, attempt, repeatable, servesRetry, journal, hold, wait',
    ],
  ])('refuses %p', (given, message) => {
    // What a caller without types can write.
    const parts = given as CallParts;

    expect(() => createCall(parts)).toThrow(new TypeError(`createCall: ${message}`));
  });

  it.each([{ name: '' }, { name: 's', attempt: 0 }])('refuses what is out of range: %j', (given) => {
    expect(() => createCall(given)).toThrow(RangeError);
  });

  it('refuses no options', () => {
    // What a caller without types can write.
    expect(() => createCall(undefined as never)).toThrow(TypeError);
  });
});
