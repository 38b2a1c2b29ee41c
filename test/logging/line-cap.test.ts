import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createLogger } from '../../src/logging/index.ts';
import { capLine } from '../../src/logging/line-cap.ts';
import { captureLogs } from '../../src/testing/index.ts';

const MAX_LINE_BYTES = 65_536;
const bytesOf = (text: string): number => Buffer.byteLength(text);

/** A chain of causes whose messages and stacks are as long as they may be. */
const longError = () => {
  let error = new Error('0');
  for (let depth = 1; depth < 20; depth += 1) {
    error = new Error('m'.repeat(10_000), { cause: error });
    error.stack = `Error: m\n${'    at x (file:1:1)\n'.repeat(5_000)}`;
  }
  return error;
};

describe('a line', () => {
  it.each<[string, () => readonly unknown[]]>([
    ['a long text', () => [{ a: 'x'.repeat(1e6) }]],
    ['a long message', () => ['x'.repeat(1e6)]],
    ['many texts', () => [{ list: Array(5_000).fill('x'.repeat(10_000)) }]],
    ['texts of three bytes a character', () => [{ list: Array(100).fill('€'.repeat(10_000)) }]],
    ['texts of characters that JSON escapes', () => [{ list: Array(100).fill('\u0001'.repeat(10_000)) }]],
    ['a long error', () => [longError()]],
    ['many errors', () => [{ list: Array.from({ length: 50 }, longError) }]],
    ['an aggregate of them', () => [{ err: new AggregateError(Array.from({ length: 50 }, longError)) }]],
    ['many members', () => [Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [`key-${i}`, i]))]],
    [
      'long names',
      () => [Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${i}`.repeat(200), i]))],
    ],
    ['a message with long parts', () => ['%o %o', { a: 'x'.repeat(1e6) }, { b: 'x'.repeat(1e6) }]],
  ])('of %s has at most 64 KiB, its level and its names', (_what, args) => {
    const logs = captureLogs();
    const logger = createLogger({ stream: logs.stream, service: 'orders' });

    Reflect.apply(logger.info, logger.child({ part: 'cart', long: 'x'.repeat(1e6) }), args());

    expect(bytesOf(logs.text)).toBeLessThanOrEqual(MAX_LINE_BYTES);
    expect(logs.lines).toHaveLength(1);
    expect(logs.at('info')[0]).toMatchObject({ service: 'orders', part: 'cart' });
  });

  it("through an instance of the app's has too, with a hook of the app's behind it", () => {
    const logs = captureLogs();
    const heard: number[] = [];
    const streamWrite = (line: string): string => {
      heard.push(bytesOf(line));
      return line;
    };
    const instance = pino({ hooks: { streamWrite } }, logs.stream);

    createLogger({ logger: instance })
      .child({})
      .info({ list: Array(100).fill('€'.repeat(10_000)) });
    instance.info('x'.repeat(100_000));

    expect(heard[0]).toBeLessThanOrEqual(MAX_LINE_BYTES);
    expect(heard[1]).toBeGreaterThan(100_000);
  });
});

describe('capLine', () => {
  const long = { level: 30, list: Array(1_000).fill('€'.repeat(50)), text: '€'.repeat(10_000), msg: 'hello' };

  it('leaves a line that is short enough as it is', () => {
    const line = `{"a":1,"a":2,"b":"${'x'.repeat(60_000)}"}\n`;

    expect(capLine(line)).toBe(line);
  });

  it('keeps what is short, cuts texts and lists, and says what was there', () => {
    const line = `${JSON.stringify(long)}\r\n`;

    const capped = capLine(line);

    expect(bytesOf(capped)).toBeLessThanOrEqual(MAX_LINE_BYTES);
    expect(capped).toMatch(/\r\n$/);
    expect(JSON.parse(capped)).toEqual({
      level: 30,
      text: `${'€'.repeat(4_000)}…`,
      msg: 'hello',
      list: Array(20).fill('€'.repeat(50)),
      truncated: true,
      lineBytes: bytesOf(line),
    });
  });

  it('leaves what is no JSON', () => {
    const line = 'x'.repeat(100_000);

    expect(capLine(line)).toBe(line);
  });
});
