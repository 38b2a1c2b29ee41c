import { describe, expect, it } from '@jest/globals';
import { captureLogs } from '../../src/testing/index.ts';

const written = (...lines: readonly (object | string)[]) => {
  const logs = captureLogs();
  for (const line of lines) logs.stream.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  return logs;
};

const failure = (requestId: string) => ({
  level: 50,
  requestId,
  event: 'http.server.request.exception',
  err: { message: 'a bug', stack: 'Error: a bug\n    at x' },
});
const access = (requestId: string) => ({ level: 30, requestId, event: 'http.server.request' });

describe('captureLogs › waitFor', () => {
  it('rejects at a line that is no JSON object, and not into the logger that writes', async () => {
    const logs = captureLogs();
    const awaited = logs.waitFor(() => true);

    logs.stream.write('[1]\n');

    await expect(awaited).rejects.toThrow('a line is no JSON object: [1]');
  });

  it('lists the lines that came where none of them matches in time', async () => {
    const logs = written(failure('a'), { level: 30, msg: 'of nobody' });

    await expect(logs.waitFor(() => false, { withinMs: 1 })).rejects.toEqual(
      new Error(
        [
          'captureLogs: no line that matches came within 1 ms',
          'received: 2 lines:',
          '  error http.server.request.exception (with a stack), request a',
          '  info of nobody',
        ].join('\n'),
      ),
    );
  });

  it('lists the latest lines of many', async () => {
    const logs = written(...Array.from({ length: 60 }, (_, place) => ({ level: 30, msg: `line ${place}` })));

    await expect(logs.waitFor(() => false, { withinMs: 1 })).rejects.toThrow(
      /received: 60 lines, the last 50 of them:\n {2}info line 10\n.*info line 59$/s,
    );
  });

  it('leaves no timer behind where the line came', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const logs = written(access('a'));
    const later = logs.waitFor(({ requestId }) => requestId === 'b');

    logs.stream.write('{"requestId":"b"}\n');
    await later;
    await logs.waitFor(({ requestId }) => requestId === 'a');

    expect(timers()).toBe(before);
  });

  it('refuses a time that is none', () => {
    expect(() => captureLogs().waitFor(() => true, { withinMs: -1 })).toThrow(
      /^waitFor: option "withinMs" must be a number of milliseconds/,
    );
  });
});

describe('captureLogs › at', () => {
  it.each([
    ['error', { level: 50 }],
    ['error', { level: 'error' }],
    [50, { level: 'error' }],
    ['warn', { severity: 'WARNING' }],
    ['fatal', { severity: 'CRITICAL' }],
    ['info', { 'log.level': 'info' }],
    ['info', { log: { level: 'info' } }],
    ['debug', { severity_text: 'DEBUG' }],
  ])('finds %s in %j', (level, line) => {
    const logs = written({ level: 10 }, line);

    expect(logs.at(level)).toEqual([line]);
  });
});

describe('captureLogs › linesFor', () => {
  it.each([
    { requestId: 'a' },
    { 'logging.googleapis.com/labels': { requestId: 'a' } },
    { 'http.request.id': 'a' },
    { http: { request: { id: 'a' } } },
  ])('knows %j', (line) => {
    expect(written({ requestId: 'b' }, line).linesFor('a')).toEqual([line]);
  });
});

describe('captureLogs › expectSingleFailure', () => {
  it('gives the one record with a stack', () => {
    const logs = written(failure('a'), access('a'), failure('b'));

    expect(logs.expectSingleFailure('a')).toEqual(failure('a'));
    expect(logs.errorsFor('a')).toHaveLength(1);
  });

  it('knows the stacks of other formats', () => {
    const lines = [
      { requestId: 'a', 'exception.stacktrace': 'x' },
      { requestId: 'b', error: { stack_trace: 'x' } },
    ];
    const logs = written(...lines);

    expect([logs.expectSingleFailure('a'), logs.expectSingleFailure('b')]).toEqual(lines);
  });

  it('lists the lines of the request where there are two records', () => {
    const logs = written(failure('a'), { ...access('a'), stack: 'again' });

    expect(() => logs.expectSingleFailure('a')).toThrow(
      new Error(
        [
          'captureLogs: request "a" must have one record with a stack',
          'expected: 1',
          'received: 2, among 2 lines of the request:',
          '  error http.server.request.exception (with a stack)',
          '  info http.server.request (with a stack)',
        ].join('\n'),
      ),
    );
  });

  it('says which requests have lines where this one has none', () => {
    const logs = written(failure('b'), { level: 30, msg: 'of nobody' });

    expect(() => logs.expectSingleFailure('a')).toThrow(/\(no lines\)\nrequests with lines: b$/);
  });
});

describe('captureLogs › duplicateKeys', () => {
  it('finds names that stand twice, nested, escaped and in lists', () => {
    const logs = written(
      '{"a":1,"b":{"c":1,"d":"\\"c\\":{","c":2}}',
      '{"list":[{"x":1},{"x":1,"\\u0078":2}],"a":{"a":[]},"list":0}',
    );

    expect(logs.duplicateKeys()).toEqual([
      { line: 1, path: 'b.c' },
      { line: 2, path: 'list[].x' },
      { line: 2, path: 'list' },
    ]);
  });

  it('takes values for values, and the same name in two objects for two names', () => {
    const logs = written('{"a":"a","b":["a","a",{"a":"a"}],"c":{"a":{"a":null}},"":"\\\\"}');

    expect(logs.duplicateKeys()).toEqual([]);
    expect(() => logs.expectNoDuplicateKeys()).not.toThrow();
  });

  it('shows the line', () => {
    const logs = written('{"a":1,"a":2}');

    expect(() => logs.expectNoDuplicateKeys()).toThrow(/received:\n {2}line 1, a: \{"a":1,"a":2\}$/);
  });

  it('does not judge what is no JSON', () => {
    expect(() => written('{"a":1,}').duplicateKeys()).toThrow('no JSON object: {"a":1,}');
  });
});

describe('captureLogs › expectNoSecret', () => {
  const secret = 'pa"ss w/örd+1';

  it.each([
    ['as it is', () => ({ a: `x ${secret.replace('"', '')}` }), secret.replace('"', '')],
    ['escaped as JSON', () => ({ a: secret })],
    ['escaped as JSON twice', () => ({ a: JSON.stringify({ a: secret }) })],
    ['percent-encoded', () => ({ a: `?q=${encodeURIComponent(secret)}` })],
    ['percent-encoded', () => ({ a: 'pa%22ss%20w%2f%c3%b6rd%2b1' })],
    ['percent-encoded as a form', () => ({ a: new URLSearchParams({ q: secret }).toString() })],
    ['percent-encoded twice', () => ({ a: encodeURIComponent(encodeURIComponent(secret)) })],
    ['in other letter case', () => ({ a: 'HUNTER-two' }), 'hunter-TWO'],
    ['in hexadecimal digits', () => ({ a: Buffer.from(secret).toString('hex').toUpperCase() })],
    ['as it is', () => '{"a":"hunt\\u0065r2"}', 'hunter2'],
    ['as it is', () => JSON.stringify({ a: '{"a":"\\u0068unt\\u0065r2"}' }), 'hunter2'],
    ['in base64', () => ({ a: btoa('app:hunter2hunter2') }), 'hunter2hunter2'],
    ['in base64', () => ({ a: btoa('me:hunter2hunter2!') }), 'hunter2hunter2'],
    ['in base64', () => ({ a: btoa('x:hunter2hunter2') }), 'hunter2hunter2'],
    ['in base64url', () => ({ a: Buffer.from('a:>>>???ÿÿÿ>>>').toString('base64url') }), '>>>???ÿÿÿ>>>'],
  ])('finds one %s', (form, line, planted = secret) => {
    const logs = written({ level: 30 }, line());

    expect(() => logs.expectNoSecret('another', planted)).toThrow(
      new RegExp(`^captureLogs: a secret was printed, ${form}\nexpected: no .*\nreceived: line 2: `),
    );
  });

  it('is content where there is none', () => {
    expect(() => written({ a: 'fine' }).expectNoSecret(secret, 'other')).not.toThrow();
  });

  it('does not take other letters of base64 for the same', () => {
    const logs = written({ a: btoa('app:hunter2hunter2').toLowerCase() });

    expect(() => logs.expectNoSecret('hunter2hunter2')).not.toThrow();
  });

  it('refuses to look for nothing', () => {
    expect(() => captureLogs().expectNoSecret()).toThrow(TypeError);
  });

  it('refuses to look for what any text holds by chance', () => {
    expect(() => captureLogs().expectNoSecret('abc')).toThrow(
      'captureLogs: a secret must be a text of at least 4 characters',
    );
  });
});
