import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { type BreakwaterError, ConflictError, NotFoundError } from '../../src/errors/index.ts';
import { classify } from '../../src/problem/classify.ts';
import { type ErrorMapper, on } from '../../src/problem/index.ts';

class StaleObject extends Error {
  readonly version = 7;
}

class VeryStaleObject extends StaleObject {}

const noReport = (): void => undefined;
const codeOf = (error: Error, ...mappers: ErrorMapper[]) => classify(error, mappers, noReport).code;

const conflict = (code: string) => () => new ConflictError('Changed meanwhile', { code });

describe('on', () => {
  it('maps instances of a class and its subclasses', () => {
    const mapper = on(StaleObject, conflict('stale'));

    expect(codeOf(new VeryStaleObject(), mapper)).toBe('stale');
  });

  it('leaves other errors alone', () => {
    expect(codeOf(new Error(), on(StaleObject, conflict('stale')))).toBe('internal-server-error');
  });

  it('knows a class that is written as a function', () => {
    function Old(): void {}
    Old.prototype = Object.create(Error.prototype);
    // How a library of the days before classes types such a constructor.
    const OldError = Old as unknown as new () => Error;

    expect(codeOf(new OldError(), on(OldError, conflict('old')))).toBe('old');
    expect(codeOf(new Error(), on(OldError, conflict('old')))).toBe('internal-server-error');
  });

  it('maps what a predicate picks', () => {
    const mapper = on((error) => error.name === 'TimeoutError', conflict('slow'));

    expect(codeOf(Object.assign(new Error(), { name: 'TimeoutError' }), mapper)).toBe('slow');
    expect(codeOf(new Error(), mapper)).toBe('internal-server-error');
  });

  it('takes no predicate for a class, whatever its text begins with', () => {
    const { classifiedAsSlow } = {
      classifiedAsSlow(error: Error): boolean {
        return error.message === 'slow';
      },
    };
    function isSlow(error: Error): boolean {
      return error.message === 'slow';
    }

    const codes = [classifiedAsSlow, isSlow].map((each) =>
      codeOf(new Error('slow'), on(each, conflict('slow'))),
    );

    expect(codes).toEqual(['slow', 'slow']);
  });

  it('knows a class that is no error class, by which it can be decided nonetheless', () => {
    class Slow {
      readonly limitMs = 1;

      static [Symbol.hasInstance](error: Error): boolean {
        return error.message === 'slow';
      }
    }
    // No type of an error class has such a one.
    const matcher = Slow as unknown as new () => Error;

    expect(codeOf(new Error('slow'), on(matcher, conflict('slow')))).toBe('slow');
    expect(codeOf(new Error('fast'), on(matcher, conflict('slow')))).toBe('internal-server-error');
  });

  it('takes the first that gives something', () => {
    const notMine = on(StaleObject, () => undefined);

    const code = codeOf(
      new StaleObject(),
      notMine,
      on(StaleObject, conflict('first')),
      on(Error, conflict('second')),
    );

    expect(code).toBe('first');
  });

  it('goes before the built-in rules, also for errors of ours', () => {
    expect(codeOf(new NotFoundError(), on(NotFoundError, conflict('mine')))).toBe('mine');
  });

  it('reports a mapper that throws and lets the original error count', () => {
    const reports: string[] = [];
    const broken = on(Error, () => {
      throw new Error('broken');
    });

    const answer = classify(new NotFoundError('No such order'), [broken], (what) => reports.push(what));

    expect(answer).toMatchObject({ status: 404, detail: 'No such order' });
    expect(reports).toEqual(['a mapper of mapErrors failed']);
  });

  it('reports a mapper that gives something else than an error of ours', () => {
    const reports: string[] = [];
    // What only a JavaScript caller can write.
    const wrong = on(Error, () => ({ status: 200 }) as unknown as BreakwaterError);

    const answer = classify(new Error('secret'), [wrong], (what) => reports.push(what));

    expect(answer.status).toBe(500);
    expect(reports).toHaveLength(1);
  });

  it('hears a rejection of a mapper that is async by mistake', async () => {
    const reports: string[] = [];
    const rejecting = on(Error, () => Promise.reject(new Error('late')) as unknown as BreakwaterError);

    classify(new Error(), [rejecting], (what) => reports.push(what));
    await new Promise(setImmediate);

    expect(reports).toContain('a mapper of mapErrors failed');
  });

  it('refuses anything but functions', () => {
    // What only a JavaScript caller can write.
    const wrong = 'StaleObject' as unknown as typeof StaleObject;

    expect(() => on(wrong, conflict('x'))).toThrow(
      new TypeError('on: the matcher must be an error class or a function, but was "StaleObject"'),
    );
    expect(() => on(StaleObject, undefined as unknown as () => undefined)).toThrow(
      new TypeError('on: toError must be a function, but was undefined'),
    );
  });

  it('types the error by class and by guard', () => {
    const isStale = (value: unknown): value is StaleObject => value instanceof StaleObject;

    on(StaleObject, (error) => {
      expectTypeOf(error).toEqualTypeOf<StaleObject>();
      return undefined;
    });
    on(isStale, (error) => {
      expectTypeOf(error).toEqualTypeOf<StaleObject>();
      return undefined;
    });
    on(
      (error) => error.message === '',
      (error) => {
        expectTypeOf(error).toEqualTypeOf<Error>();
        return undefined;
      },
    );
    expect.assertions(0);
  });
});
