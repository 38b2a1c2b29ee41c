import { describe, expect, it } from '@jest/globals';
import { createClient } from '../../src/client/index.ts';
import { createReconfigure, type LivePlans } from '../../src/resilience/index.ts';
import { read, settings } from './reconfigure-support.ts';

const ALL_OFF = { timeout: false, retry: false, breaker: false, bulkhead: false, hedge: false, pause: false };
const ALL_ON = { timeout: {}, retry: {}, breaker: {}, bulkhead: {}, hedge: {}, pause: {} };

const refusal = (part: string, turn: string, instead: string) =>
  new RangeError(
    `reconfigure("catalog"): option "${part}" cannot be switched ${turn} at run time: ${instead}`,
  );

describe('a change of settings at run time', () => {
  it('puts the plans of every part in force, as they are read from what was written and is written now', () => {
    const { reconfigure, applied } = settings({ timeout: { totalMs: 5_000 }, hedge: { afterMs: 50 } });
    const changes = {
      timeout: { attemptMs: 400 },
      retry: { maxRetries: 4 },
      breaker: { minimumCalls: 3 },
      bulkhead: { maxConcurrent: 7 },
      hedge: { maxHedges: 2 },
      pause: { maxMs: 500 },
    };

    reconfigure(changes);

    expect(applied).toMatchObject([
      { ...changes, timeout: { totalMs: 5_000, attemptMs: 400 }, hedge: { afterMs: 50, maxHedges: 2 } },
    ]);
  });

  it('concerns these parts and no others', () => {
    const { reconfigure, applied } = settings({});

    reconfigure({ pause: { maxMs: 500 } });

    expect(applied.map(Object.keys)).toEqual([['timeout', 'retry', 'breaker', 'bulkhead', 'hedge', 'pause']]);
  });

  it('is told once, frozen, by the name of its owner', () => {
    const { reconfigure, told } = settings({});

    reconfigure({ pause: { maxMs: 500 } });

    expect(told).toEqual([
      { dependency: 'catalog', changes: [{ option: 'pause.maxMs', before: 60_000, after: 500 }] },
    ]);
    const frozen = told.flatMap((event) => [event, event.changes, ...event.changes]);
    expect(frozen.map(Object.isFrozen)).toEqual([true, true, true]);
  });

  it('is told of against the settings before, and not against the first ones', () => {
    const { reconfigure, told } = settings({});
    reconfigure({ pause: { maxMs: 500 } });

    reconfigure({ pause: { maxMs: 700 } });

    expect(told[1]?.changes).toEqual([{ option: 'pause.maxMs', before: 500, after: 700 }]);
  });

  it('is not told of where it changes nothing', () => {
    const { reconfigure, applied, told } = settings({});

    reconfigure({ pause: { maxMs: 60_000 } });

    expect([applied.length, told]).toEqual([1, []]);
  });

  it('takes a part that is undefined for one that is not mentioned', () => {
    const { reconfigure, applied } = settings({ bulkhead: false });

    reconfigure({ bulkhead: undefined, retry: undefined });

    expect(applied).toMatchObject([{ bulkhead: false, retry: { maxRetries: 2 } }]);
  });

  it('takes false for a part that is off', () => {
    const { reconfigure, applied } = settings(ALL_OFF);

    reconfigure(ALL_OFF);

    expect(applied).toMatchObject([{ breaker: false, bulkhead: false, hedge: false, pause: false }]);
  });

  it.each([
    ['timeout', 'create it with a "timeout"'],
    ['retry', 'create it with "retry.maxRetries" 0'],
    ['breaker', 'create it with "breaker.mode" \'disabled\''],
    ['bulkhead', 'create it with a "bulkhead"'],
    ['hedge', 'create it with a "hedge"'],
    ['pause', 'create it with a "pause"'],
  ])('cannot switch on %s, and says what to do instead', (part, instead) => {
    const { reconfigure, applied } = settings(ALL_OFF);

    expect(() => reconfigure({ [part]: {} })).toThrow(refusal(part, 'on', instead));
    expect(applied).toEqual([]);
  });

  it.each([
    ['timeout', 'write a longer "timeout.totalMs"'],
    ['retry', 'write "retry.maxRetries" 0'],
    ['breaker', 'write "breaker.mode" \'disabled\''],
    ['bulkhead', 'write a higher "bulkhead.maxConcurrent"'],
    ['hedge', 'write a longer "hedge.afterMs"'],
    ['pause', 'write a short "pause.maxMs"'],
  ])('cannot switch off %s, and says what to do instead', (part, instead) => {
    const { reconfigure, applied } = settings(ALL_ON);

    expect(() => reconfigure({ [part]: false })).toThrow(refusal(part, 'off', instead));
    expect(applied).toEqual([]);
  });

  it('cannot switch on a part that is off unless it is written', () => {
    const { reconfigure } = settings({}, ['hedge']);

    expect(() => reconfigure({ hedge: {} })).toThrow(refusal('hedge', 'on', 'create it with a "hedge"'));
  });

  it('can change a part that is off unless it is written, where it was', () => {
    const { reconfigure, applied } = settings({ hedge: {} }, ['hedge']);

    reconfigure({ hedge: { afterMs: 70 } });

    expect(applied).toMatchObject([{ hedge: { afterMs: 70 } }]);
  });

  it.each<[object, string]>([
    [
      { breaker: { scope: 'call' } },
      '"breaker.scope" must be "attempt" as at creation, it cannot change at run time, but was "call"',
    ],
    [
      { breaker: { key: 'host' } },
      '"breaker.key" must be "client" as at creation, it cannot change at run time, but was "host"',
    ],
    [
      { breaker: { maxKeys: 7 } },
      '"breaker.maxKeys" must be 1000 as at creation, it cannot change at run time, but was 7',
    ],
    [
      { timeout: { connectMs: 5 } },
      '"timeout.connectMs" must be 1000 as at creation, it cannot change at run time, but was 5',
    ],
  ])('cannot change what the guards were built from: %j', (changes, message) => {
    const client = createClient({ name: 'catalog', baseUrl: 'http://catalog' });

    expect(() => client.reconfigure(changes)).toThrow(
      new RangeError(`reconfigure("catalog"): option ${message}`),
    );
  });

  it('takes the value that is in force for one of those', () => {
    const client = createClient({ name: 'catalog', baseUrl: 'http://catalog' });
    const before = client.explain();

    const after = client.reconfigure({ timeout: { connectMs: 1_000 }, breaker: { scope: 'attempt' } });

    expect(after).toEqual(before);
  });

  it.each<[unknown, string]>([
    [{ retry: 5 }, 'option "retry" must be false or an object, but was 5'],
    [{ timeout: true }, 'option "timeout" must be false or an object, but was true'],
    [{ breaker: 'on' }, 'option "breaker" must be false or an object, but was "on"'],
    [{ bulkhead: 3 }, 'option "bulkhead" must be false or an object, but was 3'],
    [{ hedge: 1 }, 'option "hedge" must be false or an object, but was 1'],
    [{ pause: null }, 'option "pause" must be false or an object, but was null'],
    [{ cache: {} }, 'unknown option "cache"; known are timeout, retry, breaker, bulkhead, hedge, pause'],
  ])('is refused with a TypeError where it is of a wrong kind: %j', (changes, message) => {
    const { reconfigure } = settings(ALL_ON);

    // What a caller without types can write.
    expect(() => reconfigure(changes as object)).toThrow(new TypeError(`reconfigure("catalog"): ${message}`));
  });

  it('leaves everything as it was where one part of it is bad', () => {
    const { reconfigure, applied, told } = settings({});
    const bad = { retry: { maxRetries: 1 }, pause: { maxMs: 0 } };
    expect(() => reconfigure(bad)).toThrow('reconfigure("catalog"): option "pause.maxMs" must be');

    reconfigure({});

    expect([applied, told]).toMatchObject([[{ retry: { maxRetries: 2 } }], []]);
  });

  it('needs nobody who is told', () => {
    const applied: unknown[] = [];
    const reconfigure = createReconfigure<object, LivePlans>({
      name: 'catalog',
      written: {},
      plans: read({ where: 'createClient' }, {}),
      read,
      view: (plans) => plans,
      apply: (plans) => applied.push(plans),
      events: undefined,
    });

    reconfigure({ pause: { maxMs: 500 } });

    expect(applied).toMatchObject([{ pause: { maxMs: 500 } }]);
  });
});
