import { describe, expect, it } from '@jest/globals';
import { getContext } from '../../src/context/index.ts';
import { type RequestDeadlineOptions, requestDeadline } from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';
import { exchange } from '../support/sockets.ts';
import { deadlineApp } from './deadline-app.ts';

const create = (options: unknown) => () =>
  // Wrong on purpose.
  requestDeadline(options as RequestDeadlineOptions);

const LIMITS = 'a number of milliseconds from 1 to 2147483647';

describe('requestDeadline › when an option is wrong', () => {
  it.each<[string, unknown, typeof RangeError, string]>([
    ['no options', undefined, TypeError, `option "ms" must be ${LIMITS}, but was undefined`],
    ['a number alone', 100, TypeError, 'the options must be an object, but was 100'],
    ['no time', {}, TypeError, `option "ms" must be ${LIMITS}, but was undefined`],
    ['a text', { ms: '10' }, TypeError, `option "ms" must be ${LIMITS}, but was "10"`],
    ['no number', { ms: Number.NaN }, TypeError, `option "ms" must be ${LIMITS}, but was NaN`],
    ['endless time', { ms: Infinity }, RangeError, `option "ms" must be ${LIMITS}, but was Infinity`],
    ['negative time', { ms: -1 }, RangeError, `option "ms" must be ${LIMITS}, but was -1`],
    ['no time at all', { ms: 0 }, RangeError, `option "ms" must be ${LIMITS}, but was 0`],
    ['more than a timer', { ms: 2 ** 31 }, RangeError, `option "ms" must be ${LIMITS}, but was 2147483648`],
    [
      'a bad header',
      { ms: 1, header: 'X Y' },
      RangeError,
      'option "header" must be true or false or the name of a header, but was "X Y"',
    ],
    [
      'a handler of another kind',
      { ms: 1, problemHandler: () => undefined },
      TypeError,
      'option "problemHandler" must be made by problemHandler(), but was a function',
    ],
    [
      'an unknown option',
      { ms: 1, timeout: 5 },
      TypeError,
      'unknown option "timeout"; known are ms, header, problemHandler, clock',
    ],
  ])('refuses %s', (_what, options, kind, message) => {
    expect(create(options)).toThrow(new kind(`requestDeadline: ${message}`));
  });
});

describe.each(expressMajors)('requestDeadline › what the caller asks for, on $major', ({ express }) => {
  const deadlineFor = async (header: boolean | string | undefined, lines: readonly string[]) => {
    const { start } = deadlineApp(express, { header }, (app) => {
      app.get('/deadline', (_req, res) => void res.send(String(getContext().deadline)));
    });
    const served = await start();
    const head = ['GET /deadline HTTP/1.1', 'Host: a', ...lines, 'Connection: close'].join('\r\n');
    const answer = await exchange(served.port, `${head}\r\n\r\n`);
    await served.close();
    return answer.split('\r\n\r\n')[1];
  };

  it.each<[string, readonly string[], string]>([
    ['less', ['X-Request-Timeout-Ms: 40'], '40'],
    ['the least', ['x-request-timeout-ms: 1'], '1'],
    ['more', ['X-Request-Timeout-Ms: 5000'], '100'],
    ['nothing', [], '100'],
    ['no time', ['X-Request-Timeout-Ms: 0'], '100'],
    ['an empty text', ['X-Request-Timeout-Ms:'], '100'],
    ['a negative number', ['X-Request-Timeout-Ms: -5'], '100'],
    ['a fraction', ['X-Request-Timeout-Ms: 1.5'], '100'],
    ['an exponent', ['X-Request-Timeout-Ms: 1e1'], '100'],
    ['hexadecimal digits', ['X-Request-Timeout-Ms: 0x10'], '100'],
    ['a unit', ['X-Request-Timeout-Ms: 40ms'], '100'],
    ['more digits than any time has', [`X-Request-Timeout-Ms: ${'0'.repeat(20)}40`], '100'],
    ['two times', ['X-Request-Timeout-Ms: 40', 'X-Request-Timeout-Ms: 50'], '100'],
  ])('counts as far as it shortens: %s', async (_what, lines, expected) => {
    expect(await deadlineFor(true, lines)).toBe(expected);
  });

  it('counts for nothing unless it is wanted', async () => {
    expect(await deadlineFor(undefined, ['X-Request-Timeout-Ms: 40'])).toBe('100');
  });

  it('stands in a header of another name if that is given', async () => {
    expect(await deadlineFor('X-Budget', ['X-Request-Timeout-Ms: 40', 'X-Budget: 50'])).toBe('50');
  });
});
