import { describe, expect, it } from '@jest/globals';
import { NotFoundError, UpstreamResponseError } from '../../src/errors/index.ts';
import { createLogger } from '../../src/logging/index.ts';
import { createRedactor } from '../../src/redaction/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { lineFor } from './lines.ts';

describe('errors in a line', () => {
  it('have type, message, code, status, stack and the chain of causes', () => {
    const root = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const error = new UpstreamResponseError('catalog answered 500', {
      dependency: 'catalog',
      upstreamStatus: 500,
      cause: new Error('middle', { cause: root }),
    });

    expect(lineFor({ err: error })).toMatchObject({
      err: {
        type: 'UpstreamResponseError',
        message: 'catalog answered 500',
        code: 'dependency-failed',
        status: 502,
        dependency: 'catalog',
        reason: 'status-500',
        stack: expect.stringContaining('hostile-values.test.ts'),
        cause: { message: 'middle', cause: { code: 'ECONNREFUSED', stack: expect.any(String) } },
      },
    });
  });

  it('have no stack when they are business errors', () => {
    expect(lineFor({ err: new NotFoundError('No such order') })).toMatchObject({
      err: { type: 'NotFoundError', code: 'not-found', status: 404 },
    });
    expect(lineFor({ err: new NotFoundError('No such order') }).text).not.toContain('"stack"');
  });

  it('take nothing from foreign HTTP errors but the allow-list, under any name', () => {
    const extra = {
      headers: 'hunter2',
      body: 'hunter2',
      config: 'hunter2',
      request: 'hunter2',
      response: 'hunter2',
    };
    const error = Object.assign(new Error('Request failed'), {
      status: 401,
      code: 'ERR_BAD_REQUEST',
      ...extra,
    });

    const line = lineFor({ err: error, failure: error, nested: { error } });

    expect(line.text).not.toContain('hunter2');
    expect(line).toMatchObject({ failure: { code: 'ERR_BAD_REQUEST' }, nested: { error: { status: 401 } } });
  });

  it('print the members of an AggregateError', () => {
    const error = new AggregateError([new Error('one'), 'two'], 'both failed');

    expect(lineFor({ err: error })).toMatchObject({
      err: { errors: [{ message: 'one' }, { type: 'string', message: '"two"' }] },
    });
  });

  it('end: chains, cycles, nests, long messages and long stacks', () => {
    const cyclic = new Error('cyclic');
    cyclic.cause = new Error('back', { cause: cyclic });
    let chain = new Error('0');
    for (let depth = 1; depth < 50; depth += 1) chain = new Error(`${depth}`, { cause: chain });
    let nest: unknown[] = [new Error('leaf')];
    for (let depth = 0; depth < 6; depth += 1)
      nest = Array.from({ length: 20 }, () => new AggregateError(nest, 'nest'));
    const long = new Error('m'.repeat(1_000_000));

    const lines = [cyclic, chain, new AggregateError(nest), long].map((err) => lineFor({ err }));

    expect(lines[0]).toMatchObject({ err: { message: 'cyclic', cause: { message: 'back' } } });
    expect(lines[1]?.text.match(/"cause"/g)).toHaveLength(7);
    expect(Math.max(...lines.map(({ text }) => text.length))).toBeLessThan(200_000);
  });
});

describe('logging of hostile values', () => {
  const throwing = {
    get a(): never {
      throw new Error('getter');
    },
  };
  const cyclic: Record<string, unknown> = { name: 'cyclic' };
  cyclic.self = cyclic;
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const hostileError = Object.defineProperties(new Error('x'), {
    stack: { get: () => JSON.parse('{') },
    message: { get: () => JSON.parse('{') },
  });
  const toJSON = (): never => {
    throw new Error('toJSON');
  };

  it.each<[string, unknown]>([
    ['a throwing getter', throwing],
    ['a throwing getter inside', { inside: throwing }],
    ['a cycle', cyclic],
    ['a BigInt', { big: 1n }],
    ['a throwing toJSON', { toJSON }],
    ['a throwing toJSON inside', { inside: { toJSON } }],
    ['a revoked proxy', revoked.proxy],
    ['a revoked proxy inside', { inside: revoked.proxy }],
    ['a frozen error', Object.freeze(new Error('frozen'))],
    ['an error with throwing getters', hostileError],
    ['an error with throwing getters inside', { err: hostileError }],
    ['a __proto__ member', JSON.parse('{"__proto__":{"polluted":true},"constructor":1,"hasOwnProperty":1}')],
    ['a null prototype', Object.create(null)],
    ['bytes', { bytes: Buffer.from('hunter2') }],
    [
      'a hundred thousand members',
      Object.fromEntries(Array.from({ length: 100_000 }, (_each, index) => [`k${index}`, index])),
    ],
    ['a symbol', { symbol: Symbol('s'), fn: () => 1, undef: undefined }],
    ['undefined', undefined],
    ['null', null],
  ])('prints one line for %s and does not throw', (_what, value) => {
    expect(lineFor(value, 'the message').text.length).toBeLessThan(200_000);
  });

  it.each<[string, unknown, unknown]>([
    ['bytes', Buffer.alloc(1_000_000), '[1000000 bytes]'],
    ['a list', Array(1_000_000).fill(1), expect.arrayContaining([1])],
    ['a text', 'x'.repeat(5_000_000), expect.stringMatching(/^x+…$/)],
  ])('prints %s in the place of fields as one of them', (_what, given, printed) => {
    const logs = captureLogs();
    const logger = createLogger({ stream: logs.stream });
    // Wrong on purpose.
    const wrong = given as object;

    if (typeof given === 'object') logger.info(wrong, 'as the line');
    logger.child(wrong).info('bound');
    logger.child(wrong, { formatters: { bindings: (fields) => fields } }).info('formatted');
    logger.setBindings(wrong);
    logger.info('set');

    expect(logs.lines.length).toBeGreaterThanOrEqual(3);
    for (const line of logs.lines) expect(line).toMatchObject({ value: printed });
    expect(logs.text.length).toBeLessThan(100_000);
  });

  it('reads no more members of the first argument than a line has', () => {
    let reads = 0;
    const members = Object.fromEntries(Array.from({ length: 20_000 }, (_each, index) => [`k${index}`, '']));
    const counted = new Proxy(members, {
      get: (target, key) => {
        reads += 1;
        return Reflect.get(target, key);
      },
    });

    lineFor(counted);

    // pino and we look for a few names of our own.
    expect(reads).toBeLessThan(5_100);
  });

  it('prints an error that cannot be read under the name of errors all the same', () => {
    expect(lineFor(hostileError)).toMatchObject({ err: { type: 'Error', message: '' } });
  });

  it('gives no copy another prototype', () => {
    const fields = createRedactor([]).fields({ inner: JSON.parse('{"__proto__":{"polluted":true},"a":1}') });

    expect(fields).toEqual({ inner: { a: 1 } });
    expect(fields.inner).not.toHaveProperty('polluted');
  });

  it('warns the process, once, when the stream fails', () => {
    const write = (): never => {
      throw new Error('disk full');
    };
    const logger = createLogger({ stream: { write } });
    const warnings: unknown[] = [];
    const { emitWarning } = process;
    // Jest's process is a copy that hears no warnings.
    process.emitWarning = (...warning: unknown[]) => {
      warnings.push(warning);
    };

    try {
      logger.info('lost');
      logger.info('lost too');
    } finally {
      process.emitWarning = emitWarning;
    }

    expect(warnings).toEqual([[expect.stringContaining('disk full'), { code: 'BREAKWATER_LOG' }]]);
  });
});
