import { describe, expect, it } from '@jest/globals';
import { readBreaker } from '../../src/resilience/breaker/index.ts';
import { BREAKER_DEFAULTS, type BreakerOptions, breaker } from '../../src/resilience/index.ts';
import { guarded, opened } from './breaker-support.ts';

const site = (options: object) => () => guarded(options);
const read = (options: BreakerOptions) => readBreaker({ where: 'createClient', path: 'breaker' }, options);

describe('breaker options', () => {
  it('have these defaults', () => {
    expect([Object.isFrozen(BREAKER_DEFAULTS), BREAKER_DEFAULTS]).toEqual([
      true,
      {
        failureRateThreshold: 0.5,
        minimumCalls: 10,
        failureThreshold: false,
        consecutiveFailures: false,
        windowMs: 10_000,
        windowCalls: false,
        slowCallMs: false,
        slowCallRateThreshold: 1,
        openMs: 5_000,
        openGrowth: 2,
        maxOpenMs: 60_000,
        openJitter: 0.2,
        halfOpenCalls: 3,
        halfOpenFailureRate: 0,
        mode: 'enforce',
        scope: 'attempt',
        key: 'client',
        maxKeys: 1_000,
        onStateChange: undefined,
      },
    ]);
  });

  it('are the defaults where nothing is written', () => {
    expect(readBreaker({ where: 'createClient', path: 'breaker' }, undefined)).toEqual(BREAKER_DEFAULTS);
  });

  it('give a frozen plan', () => {
    expect(Object.isFrozen(read({ openMs: 1 }))).toBe(true);
  });

  it('let the default cap follow a longer open time', async () => {
    const { circuit } = await opened({ openMs: 90_000 });

    expect(circuit.snapshot().retryAfterMs).toBe(90_000);
  });

  it.each<[BreakerOptions, BreakerOptions]>([
    [{ openMs: 90_000 }, { openMs: 90_000, maxOpenMs: 90_000 }],
    [{ maxOpenMs: 1_000 }, { openMs: 1_000, maxOpenMs: 1_000 }],
    [{ maxOpenMs: 9_000 }, { openMs: 5_000, maxOpenMs: 9_000 }],
    [
      { openMs: 20, maxOpenMs: 20 },
      { openMs: 20, maxOpenMs: 20 },
    ],
    [{ windowCalls: 4 }, { windowCalls: 4, minimumCalls: 4 }],
    [{ windowCalls: 40 }, { windowCalls: 40, minimumCalls: 10 }],
    [
      { windowCalls: 5, minimumCalls: 5, failureThreshold: 5 },
      { minimumCalls: 5, failureThreshold: 5 },
    ],
    [
      { windowMs: 50, windowCalls: false, minimumCalls: 99 },
      { windowMs: 50, minimumCalls: 99 },
    ],
  ])('%j: a default follows what is written', (written, plan) => {
    expect(read(written)).toMatchObject(plan);
  });

  it.each<[BreakerOptions, string]>([
    [{ openMs: 20, maxOpenMs: 10 }, '"breaker.openMs" (20) must not exceed "breaker.maxOpenMs" (10)'],
    [
      { minimumCalls: 6, windowCalls: 5 },
      '"breaker.minimumCalls" (6) must not exceed "breaker.windowCalls" (5)',
    ],
    [
      { failureThreshold: 6, windowCalls: 5 },
      '"breaker.failureThreshold" (6) must not exceed "breaker.windowCalls" (5)',
    ],
    [
      { windowMs: 10_000, windowCalls: 5 },
      '"breaker.windowMs" (10000) and "breaker.windowCalls" (5) must not both be written',
    ],
  ])('%j: two that contradict each other are refused, naming both', (written, message) => {
    expect(() => read(written)).toThrow(new RangeError(`createClient: option ${message}`));
  });

  it('refuse a circuit that no rule opens, and say what to write instead', () => {
    const rest = 'leaves no rule that opens the circuit: write another one';

    expect(() => read({ failureRateThreshold: false, mode: 'observe' })).toThrow(
      new RangeError(
        `createClient: option "breaker.failureRateThreshold" (false) ${rest}, "breaker.mode" 'disabled' or breaker: false`,
      ),
    );
    expect(site({ failureRateThreshold: false })).toThrow(
      new RangeError(`breaker: option "failureRateThreshold" (false) ${rest}, "mode" 'disabled'`),
    );
  });

  it.each<BreakerOptions>([
    { mode: 'disabled' },
    { failureThreshold: 1 },
    { consecutiveFailures: 1 },
    { slowCallMs: 1 },
  ])('take a circuit without a failure rate: %p', (other) => {
    expect(() => read({ failureRateThreshold: false, ...other })).not.toThrow();
  });

  it.each([['call'], ['attempt'], [false]])('refuse the scope %p where there is none', (scope) => {
    expect(site({ scope })).toThrow(
      new TypeError(
        `breaker: option "scope" must be left out, as the place of the policy says what counts, but was ${JSON.stringify(scope)}`,
      ),
    );
  });

  it('take a scope that is not written', () => {
    expect(site({ scope: undefined })).not.toThrow();
  });

  it('refuse a circuit per host where requests have none', () => {
    expect(site({ key: 'host' })).toThrow(
      new RangeError(
        'breaker: option "key" must be "client" or a function, as its requests have no host, but was "host"',
      ),
    );
  });

  it('need a name', () => {
    // What a caller without types can write.
    expect(() => breaker({} as { name: string })).toThrow(
      new TypeError('breaker: option "name" must be a text that is not empty, but was undefined'),
    );
  });
});
