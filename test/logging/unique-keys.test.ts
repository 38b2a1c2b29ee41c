import { describe, expect, it } from '@jest/globals';
import { type LoggerOptions, pino } from 'pino';
import { addContext, runWithContext } from '../../src/context/index.ts';
import { createLogger } from '../../src/logging/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';
import { namesIn } from './lines.ts';

const plain = { base: null, timestamp: false } as const;

const inRequest = (work: () => void): void =>
  runWithContext(requestRecord({ fields: Object.create(null) }), work);

type Log = ReturnType<typeof createLogger>;

const ways: readonly [string, (logger: Log) => void, object][] = [
  [
    'a child and its line',
    (logger) => logger.child({ user: 'child' }).info({ user: 'line' }),
    { user: 'line' },
  ],
  [
    'a child and its child',
    (logger) => logger.child({ user: 'parent' }).child({ user: 'child' }).info('x'),
    { user: 'child' },
  ],
  [
    'bindings that are set twice',
    (logger) => {
      const child = logger.child({ user: 'first' });
      child.setBindings({ user: 'second' });
      child.setBindings({ user: 'third' });
      child.info('x');
    },
    { user: 'third' },
  ],
  [
    'a child and what is bound to the request',
    (logger) =>
      inRequest(() => {
        addContext({ user: 'context' });
        logger.child({ user: 'child' }).info('x');
      }),
    { user: 'child' },
  ],
  [
    'the line and what is bound to the request',
    (logger) =>
      inRequest(() => {
        addContext({ user: 'context' });
        logger.info({ user: 'line' });
      }),
    { user: 'line' },
  ],
  [
    'a child and a line without a value',
    (logger) => logger.child({ user: 'child' }).info({ user: undefined }),
    { user: 'child' },
  ],
  [
    'a child and a line with what JSON cannot say',
    (logger) => logger.child({ user: 'child' }).info({ user: () => 1 }),
    { user: 'child' },
  ],
  [
    'what is bound to the request and a line without a value',
    (logger) =>
      inRequest(() => {
        addContext({ user: 'context' });
        logger.info({ user: undefined });
      }),
    { user: 'context' },
  ],
  ['a child and a mixin', (logger) => logger.child({ mixed: 'child' }).info('x'), { mixed: 'child' }],
  ['a field and the message', (logger) => logger.info({ msg: 'field' }, 'message'), { msg: 'message' }],
  [
    'a binding and the message',
    (logger) => logger.child({ msg: 'bound' }).info('message'),
    { msg: 'message' },
  ],
  [
    'an error that is bound and one of the line',
    (logger) => logger.child({ err: 'bound' }).info({ err: 'line' }),
    { err: 'line' },
  ],
  [
    'a forged id',
    (logger) => inRequest(() => logger.child({ traceId: 'x' }).info({ traceId: 'y' })),
    { requestId: 'req-1', traceId: '0af7651916cd43dd8448eb211c80319c' },
  ],
];

describe.each<[string, (stream: { write(line: string): void }, mixin: LoggerOptions['mixin']) => Log]>([
  [
    'a logger that we create',
    (stream, mixin) => createLogger({ stream, logger: { ...plain, mixin: mixin ?? (() => ({})) } }),
  ],
  [
    'the child of an instance',
    (stream, mixin) => createLogger({ logger: pino({ ...plain, mixin: mixin ?? (() => ({})) }, stream) }),
  ],
])('%s', (_name, create) => {
  it.each(ways)('when a name is given by %s › then it stands in the line once', (_way, write, expected) => {
    const logs = captureLogs();

    write(create(logs.stream, () => ({ mixed: 'mixin', msg: 'mixin' })));

    const names = namesIn(logs.text);
    expect(names).toEqual([...new Set(names)]);
    expect(logs.lines).toEqual([expect.objectContaining(expected)]);
  });

  it('tells what is bound, and follows the serializers of parent and child', () => {
    const logs = captureLogs();
    const parent = create(logs.stream, undefined).child(
      { user: { id: 7 } },
      { serializers: { user: ({ id }) => `id-${id}` } },
    );
    const child = parent.child({ part: 'cart' }, { serializers: { user: () => 'of the child' } });

    child.info('bound by the parent');
    child.info({ user: { id: 8 } }, 'of the line');

    expect(child.bindings()).toMatchObject({ user: 'id-7', part: 'cart' });
    expect(logs.lines.map(({ user }) => user)).toEqual(['id-7', 'of the child']);
  });

  it('has what a child binds by the time that onChild hears of it', () => {
    const heard: unknown[] = [];
    const logger = create(captureLogs().stream, undefined);
    logger.onChild = (child) => heard.push(child.bindings().part);

    logger.child({ part: 'cart' });

    expect(heard).toEqual(['cart']);
    expect(logger.bindings()).not.toHaveProperty('part');
  });
});

describe.each(['plain', 'otel', 'ecs', 'gcp'] as const)(
  'a line that is written at the second try, for %s',
  (preset) => {
    const name = { plain: 'msg', otel: 'body', ecs: 'message', gcp: 'message' }[preset];
    const fail = (): never => {
      throw new Error('a fault of the app');
    };
    const hostile = () => new Proxy({ [name]: 'field', kept: 1 }, { getPrototypeOf: fail });

    it.each<[string, (logger: Log) => void, object]>([
      ['without a message', (logger) => logger.info(hostile()), { kept: 1 }],
      ['with one', (logger) => logger.info(hostile(), 'message'), { kept: 1, [name]: 'message' }],
      [
        'of an error',
        (logger) => logger.info(Object.defineProperty(new Error(), 'message', { get: fail })),
        {},
      ],
    ])('has its message once %s', (_way, write, expected) => {
      const logs = captureLogs();

      write(createLogger({ stream: logs.stream, preset }));

      expect(namesIn(logs.text)).toEqual([...new Set(namesIn(logs.text))]);
      expect(logs.lines).toEqual([expect.objectContaining({ [name]: expect.any(String), ...expected })]);
      expect(logs.lines[0]).not.toMatchObject({ [name]: 'field' });
    });
  },
);

describe('baggage', () => {
  it('is what the request has, whatever a line, a child or its parent says', () => {
    const logs = captureLogs();
    const instance = pino(plain, logs.stream);
    const logger = createLogger({ logger: instance });

    runWithContext(requestRecord({ loggedBaggage: { tenant: 'acme' } }), () => {
      logger.child({ baggage: 'forged' }).info({ baggage: 'forged' });
      instance.info({ baggage: 'forged' });
    });
    logger.child({ baggage: 'forged' }).info('outside');

    expect(logs.lines.map(({ baggage }) => baggage)).toEqual([
      { tenant: 'acme' },
      { tenant: 'acme' },
      undefined,
    ]);
  });
});

describe('lines of an instance itself', () => {
  it('when its child has bound a name › then the context does not write it again', () => {
    const logs = captureLogs();
    const instance = pino(plain, logs.stream);
    createLogger({ logger: instance });

    inRequest(() => {
      addContext({ user: 'context', tenant: 'acme' });
      const child = instance.child({ user: 'child' });
      child.info('x');
      child.setBindings({ tenant: 'bound later' });
      child.info('y');
    });

    expect(logs.lines).toMatchObject([
      { user: 'child', tenant: 'acme' },
      { user: 'child', tenant: 'bound later' },
    ]);
    for (const line of logs.text.trim().split('\n'))
      expect(namesIn(line)).toEqual([...new Set(namesIn(line))]);
  });
});

describe('the process that a line comes from', () => {
  it('is said by instance, in the place of pid and hostname', () => {
    const logs = captureLogs();

    createLogger({ stream: logs.stream }).info('ours');
    createLogger({ stream: logs.stream, instance: 'orders-7' }).info('named');
    createLogger({ stream: logs.stream, logger: { base: { pid: 1 } } }).info('base of the app');

    expect(logs.lines[0]).toMatchObject({ instance: expect.stringMatching(new RegExp(`.:${process.pid}$`)) });
    expect(logs.lines[0]).not.toHaveProperty('pid');
    expect(logs.lines[1]).toMatchObject({ instance: 'orders-7' });
    expect(logs.lines[2]).toMatchObject({ pid: 1 });
    expect(logs.lines[2]).not.toHaveProperty('instance');
  });
});
