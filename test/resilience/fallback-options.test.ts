import { describe, expect, it } from '@jest/globals';
import { createEventHub } from '../../src/events/index.ts';
import { type FallbackOption, fallback, readResilience } from '../../src/resilience/index.ts';
import { callOf, errorOf, scripted } from './support.ts';

// What a caller without types can write.
const wrong = (option: unknown) => option as FallbackOption<string, string>;

describe('fallback options', () => {
  it.each([
    ['use', { use: 'instead' }, 'a function, but was "instead"'],
    ['when', { value: 'instead', when: true }, 'a function, but was true'],
  ])('of the wrong kind are told by name, expectation and value: %s', (key, option, rest) => {
    expect(() => fallback(wrong(option))).toThrow(new TypeError(`fallback: option "${key}" must be ${rest}`));
    expect(() => readResilience({ where: 'protect' }, { fallback: wrong(option) })).toThrow(
      new TypeError(`protect: option "fallback.${key}" must be ${rest}`),
    );
  });

  it('that are unknown are told, with those that are known', () => {
    expect(() => fallback(wrong({ value: 'instead', unless: () => true }))).toThrow(
      new TypeError('fallback: unknown option "unless"; known are use, value, when'),
    );
  });

  it.each([null, 5, []])('are an object or a function, and not %p', (option) => {
    expect(() => fallback(wrong(option))).toThrow(TypeError);
  });

  it.each(['', 0, false, null])('take any value that is written: %p', async (value) => {
    const run = fallback<string, unknown>({ value })(scripted(new Error('down')).operation);

    expect(await run('q', callOf())).toBe(value);
  });
});

describe('fallback.served', () => {
  it('is frozen', async () => {
    const events = createEventHub();
    const seen: unknown[] = [];
    events.subscribe('fallback.served', (event) => seen.push(event));

    await fallback<string, string>({ value: 'fixed' }, { events })(scripted(new Error('down')).operation)(
      'q',
      callOf(),
    );

    expect(seen.map((event) => Object.isFrozen(event))).toEqual([true]);
  });

  it('is not told of a fallback that failed too', async () => {
    const events = createEventHub();
    const seen: unknown[] = [];
    events.subscribe('fallback.served', (event) => seen.push(event));
    const use = (): never => {
      throw new Error('no stock either');
    };

    await errorOf(
      fallback<string, string>(use, { events })(scripted(new Error('down')).operation)('q', callOf()),
    );

    expect(seen).toEqual([]);
  });
});
