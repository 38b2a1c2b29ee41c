import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CircuitChanged, createEventHub } from '../../src/events/index.ts';
import { createBreaker, readBreaker } from '../../src/resilience/breaker/index.ts';
import type { BreakerKey } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { guarded } from './breaker-support.ts';
import { callOf } from './support.ts';

const perRequest = { key: (request: string) => request, minimumCalls: 1, openMs: 1_000 } as const;

describe('circuits of keys', () => {
  it('open each for itself', async () => {
    const { fail, succeed, begin, circuit, runs } = guarded(perRequest);
    await succeed(1, 'b');

    await fail(1, 'a');
    await begin('a').end;

    expect([
      circuit.snapshot('a').state,
      circuit.snapshot('b').state,
      circuit.snapshot().state,
      runs(),
    ]).toEqual(['open', 'closed', 'closed', 2]);
  });

  it('are told apart in events, errors and changes', async () => {
    const events = createEventHub();
    const seen: CircuitChanged[] = [];
    const changes: unknown[] = [];
    events.subscribe('circuit.opened', (event) => seen.push(event));
    const { fail, begin } = guarded({
      ...perRequest,
      events,
      onStateChange: (change) => changes.push(change),
    });

    await fail(1, 'a');
    const { error } = (await begin('a').end) as { readonly error: unknown };

    expect(seen).toMatchObject([{ dependency: 'catalog', key: 'a' }]);
    expect(changes).toEqual([
      { from: 'closed', to: 'open', reason: 'failure-rate', name: 'catalog', key: 'a' },
    ]);
    expect(error).toMatchObject({ code: 'circuit-open', dependency: 'catalog' });
  });

  it('come up with their first call', async () => {
    const { succeed, circuit } = guarded(perRequest);
    circuit.snapshot('c');

    await succeed(1, 'a');
    await succeed(1, 'b');

    expect(circuit.snapshots().map(({ key }) => key)).toEqual(['catalog', 'a', 'b']);
    expect(Object.isFrozen(circuit.snapshots())).toBe(true);
  });

  it('are closed and empty where nothing was asked', () => {
    const { circuit } = guarded(perRequest);

    expect(circuit.snapshot('never')).toMatchObject({ key: 'never', state: 'closed', successes: 0 });
  });

  it('are apart from the own one, also where a key is the name', async () => {
    const { fail, begin, circuit } = guarded({
      ...perRequest,
      key: (request) => (request === 'none' ? undefined : request),
    });

    await fail(1, 'catalog');
    const end = await begin('none').succeed();

    expect([end, circuit.snapshots().map(({ key, state }) => [key, state])]).toEqual([
      { value: 'answer' },
      [
        ['catalog', 'closed'],
        ['catalog', 'open'],
      ],
    ]);
    expect([circuit.snapshot().state, circuit.snapshot('catalog').state]).toEqual(['closed', 'open']);
  });

  it('have keys of no more than 256 characters', async () => {
    const { succeed, circuit } = guarded(perRequest);

    await succeed(1, 'k'.repeat(300));

    expect(circuit.snapshots()[1]?.key).toBe('k'.repeat(256));
  });

  it('are of hosts where requests have them', async () => {
    const plan = readBreaker<string>({ where: 'test' }, { key: 'host' });
    const hostOf = (request: string) => new URL(request).host;
    const clock = manualClock();
    const setup = { name: 'catalog', clock, random: () => 0, events: undefined, plan: () => plan, hostOf };
    const { handle, policy } = createBreaker<string, string>(setup, undefined);
    const run = policy(async () => 'answer');
    const call = callOf();

    await run('http://a:8080/x', call);
    await run('http://a:8080/y', call);
    await run('http://b/x', call);

    expect(handle.snapshots().map(({ key, successes }) => [key, successes])).toEqual([
      ['catalog', 0],
      ['a:8080', 2],
      ['b', 1],
    ]);
  });
});

describe('a key function that tells no key', () => {
  const { emitWarning } = process;
  let warnings: string[] = [];

  beforeEach(() => {
    warnings = [];
    process.emitWarning = (text: unknown) => {
      warnings.push(String(text));
    };
  });

  afterEach(() => {
    process.emitWarning = emitWarning;
  });

  const bug = (): never => {
    throw new Error('bug');
  };
  it.each<[unknown, string[]]>([
    [bug, ['"breaker.key" threw "bug": the built-in rule decides (told once)']],
    [() => 7, ['"breaker.key" answered 7: the built-in rule decides (told once)']],
    [() => '', ['"breaker.key" answered "": the built-in rule decides (told once)']],
    [async () => 'a', ['"breaker.key" answered a promise: the built-in rule decides (told once)']],
    [() => undefined, []],
  ])('leaves requests to the own circuit, and a warning tells once: %#', async (key, told) => {
    // What a caller without types can write.
    const { succeed, circuit } = guarded({ key: key as BreakerKey<string> });

    await succeed(2);

    expect([circuit.snapshots().map(({ successes }) => successes), warnings]).toEqual([[2], told]);
  });
});

describe('the one key that stands by default', () => {
  it('asks nothing of a request, and warns of nothing', async () => {
    const { emitWarning } = process;
    const warnings: unknown[] = [];
    process.emitWarning = (text: unknown) => {
      warnings.push(text);
    };
    const { succeed, circuit } = guarded();

    await succeed(1, 'a');
    process.emitWarning = emitWarning;

    expect([circuit.snapshots().map(({ key }) => key), warnings]).toEqual([['catalog'], []]);
  });
});

describe('more keys than maxKeys', () => {
  const keysOf = ({ circuit }: ReturnType<typeof guarded>) =>
    circuit
      .snapshots()
      .slice(1)
      .map(({ key }) => key);

  it('let the least recently used go', async () => {
    const given = guarded({ ...perRequest, maxKeys: 2 });
    for (const key of ['a', 'b', 'a', 'c']) await given.succeed(1, key);

    expect(keysOf(given)).toEqual(['a', 'c']);
  });

  it('keep one that refuses calls', async () => {
    const given = guarded({ ...perRequest, maxKeys: 2 });
    await given.fail(1, 'a');

    for (const key of ['b', 'c', 'd']) await given.succeed(1, key);

    expect([keysOf(given), given.state('a')]).toEqual([['a', 'd'], 'open']);
  });

  it('keep no open one whose time is over: others would have no room', async () => {
    const given = guarded({ ...perRequest, maxKeys: 2 });
    await given.fail(1, 'a');
    await given.clock.advance(1_000);

    for (const key of ['b', 'c']) await given.succeed(1, key);

    expect(keysOf(given)).toEqual(['b', 'c']);
  });

  it('keep one that an operator disabled', async () => {
    const given = guarded({ ...perRequest, maxKeys: 1 });
    given.circuit.disable('a');
    const other = guarded({ ...perRequest, maxKeys: 2 });
    other.circuit.disable('a');

    await given.succeed(1, 'b');
    for (const key of ['b', 'c']) await other.succeed(1, key);

    expect([keysOf(given), keysOf(other)]).toEqual([['b'], ['a', 'c']]);
  });

  it('let the least recently used go where all refuse, and tell of it', async () => {
    const events = createEventHub();
    const closed: unknown[] = [];
    events.subscribe('circuit.closed', ({ key, reason, openForMs }) => closed.push([key, reason, openForMs]));
    const given = guarded({ ...perRequest, maxKeys: 2, events });
    for (const key of ['a', 'b', 'c']) {
      await given.fail(1, key);
      await given.clock.advance(10);
    }

    expect([keysOf(given), closed]).toEqual([['b', 'c'], [['a', 'evicted', 20]]]);
  });

  it('never hold more, however many come', async () => {
    const given = guarded({ ...perRequest, maxKeys: 3 });

    for (let key = 0; key < 100; key += 1) await given.fail(1, `k${key}`);

    expect(keysOf(given)).toEqual(['k97', 'k98', 'k99']);
  });
});
