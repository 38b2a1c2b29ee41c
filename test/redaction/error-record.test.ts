import { describe, expect, it } from '@jest/globals';
import { describeError } from '../../src/redaction/index.ts';

const refuse = (): never => {
  throw new Error('refused');
};

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
};

const aggregateOf = (errors: unknown): Error => Object.assign(new AggregateError([], 'several'), { errors });

describe('describeError', () => {
  it.each<[string, () => unknown]>([
    ['a revoked proxy', revoked],
    ['a proxy that refuses to be read', () => new Proxy([new Error('one')], { get: refuse })],
    ['a text', () => 'one'],
    ['an object of length NaN', () => ({ length: Number.NaN })],
    ['an object of length -1', () => ({ length: -1 })],
    ['nothing', () => null],
  ])('describes an AggregateError whose errors are %s', (_what, errors) => {
    const record = describeError(aggregateOf(errors()));

    expect(record).toMatchObject({ type: 'AggregateError', message: 'several' });
    expect(record).not.toHaveProperty('errors');
  });

  it('describes members whose list has a slice that throws', () => {
    const record = describeError(aggregateOf(Object.assign([new Error('one')], { slice: refuse })));

    expect(record.errors).toMatchObject([{ message: 'one' }]);
  });

  it('describes what was caused by a revoked proxy, or by an aggregate of one', () => {
    const direct = describeError(new Error('outer', { cause: revoked() }));
    const within = describeError(new Error('outer', { cause: aggregateOf(revoked()) }));

    expect(direct).toMatchObject({ message: 'outer', cause: { type: 'object' } });
    expect(within).toMatchObject({ message: 'outer', cause: { type: 'AggregateError' } });
  });

  it('reads no more members of a huge list than it describes', () => {
    let reads = 0;
    const huge = new Proxy([], {
      get: (_list, key) => {
        reads += 1;
        return key === 'length' ? 2 ** 31 : new Error('one');
      },
    });

    const record = describeError(aggregateOf(huge));

    expect(record.errors?.length).toBeLessThan(20);
    // Those who know errors of libraries look at the first few as well.
    expect(reads).toBeLessThan(1_000);
  });
});
