import { describe, expect, it } from '@jest/globals';
import { compose, createCall, type Operation, type Policy } from '../../src/policy/index.ts';

const call = createCall({ name: 'catalog' });

/** A policy that writes down when it is entered and left. */
const noting =
  (name: string, notes: string[]): Policy<string, string> =>
  (next) =>
  async (request, given) => {
    notes.push(`${name} in`);
    const answer = await next(request, given);
    notes.push(`${name} out`);
    return answer;
  };

describe('compose', () => {
  it('puts the first listed outermost', async () => {
    const notes: string[] = [];
    const stack = compose(noting('a', notes), noting('b', notes), noting('c', notes));
    const operation = stack(async (request) => {
      notes.push('work');
      return request.toUpperCase();
    });

    const answer = await operation('hello', call);

    expect(answer).toBe('HELLO');
    expect(notes).toEqual(['a in', 'b in', 'c in', 'work', 'c out', 'b out', 'a out']);
  });

  it('leaves the operation as it is without any policy', () => {
    const operation: Operation<string, string> = async (request) => request;

    expect(compose<string, string>()(operation)).toBe(operation);
  });

  it('composes what was composed', async () => {
    const notes: string[] = [];
    const inner = compose(noting('b', notes), noting('c', notes));

    await compose(noting('a', notes), inner)(async (request) => request)('hello', call);

    expect(notes.filter((note) => note.endsWith('in'))).toEqual(['a in', 'b in', 'c in']);
  });

  it('builds each policy once, however often the operation runs', async () => {
    let built = 0;
    const counting: Policy<string, string> = (next) => {
      built += 1;
      return next;
    };
    const operation = compose(counting)(async (request) => request);

    await operation('one', call);
    await operation('two', call);

    expect(built).toBe(1);
  });

  it('hands each policy the call that the one around it chose', async () => {
    const second: Policy<string, number> = (next) => (request, given) =>
      next(request, { ...given, attempt: 2 });

    const seen = await compose(second)(async (_request, given) => given.attempt)('hello', call);

    expect([seen, call.attempt]).toEqual([2, 1]);
  });

  it('lets an error of the operation through unchanged', async () => {
    const failure = new Error('broken');
    const operation = compose(noting('a', []))(async () => {
      throw failure;
    });

    await expect(operation('hello', call)).rejects.toBe(failure);
  });
});

describe('createCall', () => {
  it('is attempt 1, unlimited, not repeatable and never aborted unless told otherwise', () => {
    expect(call).toMatchObject({ name: 'catalog', attempt: 1, deadline: undefined, repeatable: false });
    expect([call.signal.aborted, call.journal.snapshot()]).toEqual([
      false,
      { attempts: [], stopped: undefined },
    ]);
  });

  it('takes what it is given', () => {
    const { signal } = new AbortController();

    const given = createCall({ name: 'catalog', signal, deadline: 500, attempt: 2, repeatable: true });

    expect(given).toMatchObject({ deadline: 500, attempt: 2, repeatable: true });
    expect(given.signal).toBe(signal);
  });

  it('gives every call a journal of its own', () => {
    const one = createCall({ name: 'catalog' });
    const other = createCall({ name: 'catalog' });

    one.journal.stop('budget');

    expect(other.journal.snapshot().stopped).toBeUndefined();
  });
});
