import { once } from 'node:events';
import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { build, prettyFactory } from 'pino-pretty';
import { createLogger } from '../../src/logging/index.ts';
import { captureLogs } from '../../src/testing/index.ts';

const HOSTILE = 'a\r\nFORGED\u001b[2J\u2028x\u2029y\u202ez\u2066\u0007\u009b31m\u007f';

/** What would break a line, move a cursor or turn the direction of writing around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not pass
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

const pretty = prettyFactory({ colorize: false, singleLine: true });

const stack = new Error(HOSTILE);

const lines: readonly [string, readonly unknown[]][] = [
  ['the message', [HOSTILE]],
  ['what is put into the message', ['%s and %o', HOSTILE, { [HOSTILE]: HOSTILE }]],
  ['a field', [{ field: HOSTILE }, 'x']],
  ['a field of a field', [{ field: { deep: [HOSTILE] } }, 'x']],
  ['the name of a field', [{ [HOSTILE]: 1 }, 'x']],
  ['the name of a field of a field', [{ field: { [HOSTILE]: 1 } }, 'x']],
];

describe.each(['a logger of ours', 'the child of an instance'])('%s', (kind) => {
  const create = (stream: { write(line: string): void }) =>
    createLogger(kind === 'a logger of ours' ? { stream } : { logger: pino({}, stream) });

  it.each(lines)(
    'when %s has line breaks and escape sequences › then pino-pretty prints one harmless line',
    (_where, args) => {
      const logs = captureLogs();

      const logger = create(logs.stream);
      Reflect.apply(logger.info, logger, args);

      const printed = pretty(logs.text);
      expect(printed).toContain('FORGED');
      expect(printed.trimEnd().split('\n')).toHaveLength(1);
      expect(printed.trimEnd()).not.toMatch(CONTROLS);
    },
  );

  it('when a binding has them › then it prints one harmless line', () => {
    const logs = captureLogs();

    create(logs.stream)
      .child({ bound: HOSTILE, [HOSTILE]: 1 })
      .info('x');

    expect(pretty(logs.text).trimEnd().split('\n')).toHaveLength(1);
    expect(pretty(logs.text).trimEnd()).not.toMatch(CONTROLS);
  });

  it('when the message of an error has them › then the stack breaks lines only between its frames', () => {
    const logs = captureLogs();

    create(logs.stream).error({ err: stack }, 'failed');

    const [first = '', ...rest] = String(Reflect.get(Object(logs.lines[0]?.err), 'stack')).split('\n');
    expect(first).toContain('FORGED');
    expect(rest.length).toBeGreaterThan(0);
    expect(rest.every((frame) => frame.startsWith('    at '))).toBe(true);
    expect(pretty(logs.text)).not.toMatch(CONTROLS);
  });
});

describe('createLogger › given pino-pretty as its stream', () => {
  it('writes through it, level and time as words', async () => {
    const printed: string[] = [];
    const destination = new Writable({
      write: (chunk, _encoding, done) => {
        printed.push(String(chunk));
        done();
      },
    });
    const stream = build({ colorize: false, singleLine: true, destination });

    createLogger({ stream, service: 'orders', instance: 'i-1' }).warn({ orderId: 7 }, 'late');
    stream.end();
    await once(destination, 'finish');

    expect(printed.join('')).toMatch(/WARN.*: late/);
  });
});
