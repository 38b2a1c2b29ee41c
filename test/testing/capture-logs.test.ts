import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { captureLogs } from '../../src/testing/index.ts';

describe('captureLogs', () => {
  it('gives the lines of a pino logger, parsed and as text', () => {
    const logs = captureLogs();

    pino({ base: null, timestamp: false }, logs.stream).info({ a: 1 }, 'hello');

    expect(logs.lines).toEqual([{ level: 30, a: 1, msg: 'hello' }]);
    expect(logs.text).toBe('{"level":30,"a":1,"msg":"hello"}\n');
  });

  it('gives the lines of one request', () => {
    const logs = captureLogs();

    logs.stream.write('{"requestId":"a","n":1}\n{"requestId":"b","n":2}\n{"requestId":"a","n":3}\n');

    expect(logs.linesFor('a').map(({ n }) => n)).toEqual([1, 3]);
  });

  it('waits for a line that is not there yet', async () => {
    const logs = captureLogs();
    const awaited = logs.waitFor(({ n }) => n === 2);

    logs.stream.write('{"n":1}\n');
    logs.stream.write('{"n":2}\n');

    expect(await awaited).toEqual({ n: 2 });
  });

  it('does not wait for a line that is there', async () => {
    const logs = captureLogs();
    logs.stream.write('{"n":1}\n');

    expect(await logs.waitFor(({ n }) => n === 1)).toEqual({ n: 1 });
  });

  it('forgets everything on clear', () => {
    const logs = captureLogs();
    logs.stream.write('{"n":1}\n');

    logs.clear();

    expect([logs.lines, logs.text]).toEqual([[], '']);
  });

  it('says which line is no JSON', () => {
    const logs = captureLogs();

    logs.stream.write('not json\n');

    expect(() => logs.lines).toThrow(/no JSON object: not json/);
  });
});
