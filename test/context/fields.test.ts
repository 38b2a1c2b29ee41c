import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import {
  addContext,
  bindContext,
  type ContextValue,
  createRecord,
  getContext,
  runWithContext,
  tryGetContext,
} from '../../src/context/index.ts';
import { requestRecord } from '../support/records.ts';

const record = (requestId: string) => requestRecord({ requestId });

const fieldsAfter = (...calls: readonly Record<string, unknown>[]): Readonly<Record<string, ContextValue>> =>
  runWithContext(createRecord(), () => {
    // Wrong values are the point of some calls; the types would refuse them.
    for (const call of calls) addContext(call as Record<string, ContextValue>);
    return getContext().fields;
  });

describe('addContext', () => {
  it('binds scalars, the later value winning', () => {
    expect(fieldsAfter({ userId: 'u1', admin: false }, { userId: 'u2', tries: 3 })).toEqual({
      userId: 'u2',
      admin: false,
      tries: 3,
    });
  });

  it('drops what is no scalar', () => {
    expect(fieldsAfter({ a: null, b: undefined, c: {}, d: [], e: () => 1, f: Number.NaN, g: 1n })).toEqual(
      {},
    );
  });

  it('drops reserved and dangerous names', () => {
    const hostile = JSON.parse(
      '{"__proto__":"x","constructor":"x","requestId":"x","level":"x","a.b":"x","":"x"}',
    );

    expect(fieldsAfter(hostile)).toEqual({});
  });

  it.each(['instance', 'logger', 'name', 'deps', 'baggage', 'service', 'traceId', 'time'])(
    'drops %s, which a line writes itself',
    (name) => {
      expect(fieldsAfter({ [name]: 'x', kept: 1 })).toEqual({ kept: 1 });
    },
  );

  it('takes names of what every object has for fields like any other, and has none of them by itself', () => {
    const fields = fieldsAfter({ toString: 'x', valueOf: 1 });

    expect(Object.getPrototypeOf(fields)).toBeNull();
    expect(Object.entries(fields)).toEqual([
      ['toString', 'x'],
      ['valueOf', 1],
    ]);
    expect(fields.hasOwnProperty).toBeUndefined();
  });

  it('drops a name that is too long and cuts a text', () => {
    expect(fieldsAfter({ ['k'.repeat(65)]: 1, text: 'v'.repeat(300) })).toEqual({ text: 'v'.repeat(256) });
  });

  it('takes 32 fields and no more, but still changes one of them', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_each, index) => [`k${index}`, index]));

    const fields = fieldsAfter(many, { k0: 'changed' });

    expect(Object.keys(fields)).toHaveLength(32);
    expect(fields.k0).toBe('changed');
  });

  it('takes what may be undefined, and drops it', () => {
    const user: string | undefined = Object.create(null).user;

    runWithContext(createRecord(), () => {
      addContext({ user, tenant: 'blue' });

      expect({ ...getContext().fields }).toEqual({ tenant: 'blue' });
    });
  });

  it('throws for a request that was looked for and is not there, and binds nothing to another one', () => {
    runWithContext(createRecord(), () => {
      expect(() => addContext({ user: 'u' }, undefined)).toThrow(/this request has no context/);
      expect({ ...getContext().fields }).toEqual({});
    });
  });

  it('throws outside a request', () => {
    expect(() => addContext({ userId: 'u' })).toThrow(/no request/);
  });
});

describe('bindContext', () => {
  it('runs in the context of where it was bound, not of the emitter', () => {
    const emitter = new EventEmitter();
    const seen: (string | undefined)[] = [];
    runWithContext(record('mine'), () => {
      emitter.on(
        'released',
        bindContext((tag: string) => seen.push(`${tag} ${tryGetContext()?.requestId}`)),
      );
    });

    runWithContext(record('theirs'), () => emitter.emit('released', 'pool'));

    expect(seen).toEqual(['pool mine']);
  });

  it('binds the absence of a context as well', () => {
    const bound = bindContext(() => tryGetContext()?.requestId);

    expect(runWithContext(record('other'), bound)).toBeUndefined();
  });

  it('hands on arguments, result and what is thrown', async () => {
    const emitter = new EventEmitter();
    const failing = bindContext(() => {
      throw new RangeError('as it is');
    });

    setImmediate(
      bindContext((name: string) => emitter.emit(name, 'argument')),
      'done',
    );

    expect(await once(emitter, 'done')).toEqual(['argument']);
    expect(failing).toThrow(RangeError);
  });
});
