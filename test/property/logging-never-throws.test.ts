import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pino } from 'pino';
import { type CreateLoggerOptions, createLogger } from '../../src/logging/index.ts';

const boom = (): never => {
  throw new Error('a trap of what is logged');
};

const getter = { enumerable: true, get: boom };
const HANDLERS = Object.freeze({
  get: boom,
  has: boom,
  ownKeys: boom,
  getPrototypeOf: boom,
  getOwnPropertyDescriptor: boom,
});

const revoked = (target: object): object => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};

const circular = (): object => {
  const one: Record<string, unknown> = { list: [] };
  one.self = one;
  one.list = [one, { one }];
  return one;
};

const destroyed = (): object => {
  const stream = new PassThrough();
  stream.destroy();
  return stream;
};

const hostile = fc.constantFrom<() => unknown>(
  () => Object.freeze(new Error('frozen')),
  () => Object.defineProperty(new Error('x'), 'message', getter),
  () => Object.defineProperties(new Error('x'), { stack: getter, name: getter, cause: getter, code: getter }),
  () => Object.defineProperty({}, 'member', getter),
  () => Object.defineProperty({}, 'msg', getter),
  () => Object.defineProperty({}, 'err', getter),
  () => Object.defineProperty({}, 'toJSON', getter),
  () => ({ toJSON: boom }),
  () => ({ toString: boom, valueOf: boom, [Symbol.toPrimitive]: boom }),
  () => ({ [Symbol('key')]: boom, [Symbol.toStringTag]: 'Error' }),
  () => new Proxy({}, HANDLERS),
  () => new Proxy(boom, HANDLERS),
  () => revoked({}),
  () => revoked(new Error('revoked')),
  () => revoked([]),
  circular,
  destroyed,
  () => 10n ** 30n,
  () => Symbol('alone'),
  () => new Date(Number.NaN),
  () => Number.NaN,
  () => 'x'.repeat(100_000),
  () => Array.from({ length: 10_000 }, (_, index) => index),
  () => new Map([[circular(), circular()]]),
  () => Buffer.alloc(10_000),
  () => JSON.parse('{"__proto__":{"a":1},"constructor":null,"hasOwnProperty":1,"serializers":1,"level":1}'),
  () => Object.create(null),
  () => ({ method: 'GET', headers: {}, socket: {} }),
  () => ({ setHeader: boom }),
  () => boom,
);

const value = fc.oneof(
  { weight: 3, arbitrary: hostile },
  { weight: 1, arbitrary: fc.anything().map((any) => () => any) },
);

const place = fc.constantFrom<(made: unknown) => readonly unknown[]>(
  (made) => [made],
  (made) => [made, 'message'],
  (made) => ['%s %d %j %o', made, made, made, made],
  (made) => [{ err: made }],
  (made) => [{ err: made }, 'message'],
  (made) => [{ field: made, list: [made] }, 'message'],
  (made) => [{ req: made, res: made }, 'message'],
  (made) => ['message', made],
  (made) => [{}, made],
);

const loggers: readonly [string, (stream: { write(line: string): void }) => CreateLoggerOptions][] = [
  ['a logger that we create', (stream) => ({ stream, logger: { level: 'trace' } })],
  ['the child of an instance', (stream) => ({ logger: pino({ level: 'trace' }, stream) })],
  ['a preset', (stream) => ({ stream, preset: 'otel', logger: { level: 'trace' } })],
  ['a logger with a flight recorder', (stream) => ({ stream, flightRecorder: {} })],
];

describe.each(loggers)('%s', (_name, options) => {
  it('writes one line of JSON, whatever is logged and wherever it stands, and never throws', () => {
    fc.assert(
      fc.property(value, place, (make, at) => {
        const lines: string[] = [];
        const logger = createLogger(options({ write: (line) => void lines.push(line) }));

        Reflect.apply(logger.info, logger, at(make()));

        expect(lines).toHaveLength(1);
        expect(JSON.parse(lines.join(''))).toEqual(expect.any(Object));
      }),
      { seed: 9457, numRuns: 400 },
    );
  });

  it('binds whatever it is given, to the same end', () => {
    fc.assert(
      fc.property(value, (make) => {
        const lines: string[] = [];
        const logger = createLogger(options({ write: (line) => void lines.push(line) }));

        const child = logger.child({ bound: make(), req: make() });
        child.setBindings({ later: make() });
        child.info('message');

        expect(lines.join('')).toContain('"message"');
        expect(JSON.parse(lines.join(''))).toEqual(expect.any(Object));
      }),
      { seed: 9457, numRuns: 200 },
    );
  });
});

describe('an instance that was given to createLogger', () => {
  it('never throws itself', () => {
    fc.assert(
      fc.property(value, place, (make, at) => {
        const lines: string[] = [];
        const instance = pino({}, { write: (line: string) => void lines.push(line) });
        createLogger({ logger: instance });

        Reflect.apply(instance.info, instance, at(make()));

        expect(lines).toHaveLength(1);
      }),
      { seed: 9457, numRuns: 400 },
    );
  });
});
