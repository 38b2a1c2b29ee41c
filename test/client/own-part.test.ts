import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { describe, expect, it } from '@jest/globals';
import {
  type BodyOption,
  type BodyStream,
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
} from '../../src/client/index.ts';
import { blackhole, manualClock } from '../../src/testing/index.ts';
import { type RawServer, serveRaw } from '../support/raw-server.ts';
import { calling } from './clients.ts';

/** A stream of one piece, whatever that is: what people who do not write TypeScript may send. */
const streamOf = (piece: unknown): BodyStream =>
  (async function* () {
    yield piece;
  })() as BodyStream;

/** A server that says nothing, and tells when the first bytes of a request came. */
const listening = async (): Promise<RawServer & { readonly asked: Promise<void> }> => {
  let ask = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  return { ...(await serveRaw(() => ask())), asked };
};

const nobodyFailed = ({ breaker }: Client): void => {
  expect(breaker?.snapshot()).toMatchObject({ failures: 0, successes: 0 });
};

describe('a stream that gives what cannot be sent', () => {
  const { upstream, clientOf } = calling();

  it.each<[string, () => BodyStream]>([
    ['an object', () => streamOf({ id: 1 })],
    ['null', () => streamOf(null)],
    ['undefined', () => streamOf(undefined)],
    ['a number', () => streamOf(1)],
    ['an object, of Node', () => Readable.from([{}])],
    ['an object, of the web', () => ReadableStream.from([{}]) as BodyStream],
    [
      'a promise that fails',
      () =>
        ({ [Symbol.asyncIterator]: () => ({ next: async () => ({ value: Promise.reject(1) }) }) }) as never,
    ],
    ['no result', () => ({ [Symbol.asyncIterator]: () => ({ next: async () => undefined }) }) as never],
  ])('is our own fault: %s', async (_what, make) => {
    const client = clientOf();

    const call = client.put('/x', { body: make });

    await expect(call).rejects.toMatchObject({
      name: 'RequestBodyError',
      status: 500,
      journal: { attempts: [{ number: 1 }] },
    });
    nobodyFailed(client);
  });

  it.each<[string, () => BodyStream]>([
    ['a buffer', () => streamOf(Uint8Array.of(97, 98).buffer)],
    ['a view', () => streamOf(new DataView(Uint8Array.of(0, 97, 98).buffer, 1))],
    ['a buffer, of the web', () => ReadableStream.from([Uint8Array.of(97, 98).buffer]) as BodyStream],
    ['empty pieces between others', () => Readable.from(['', 'a', '', 'b', ''])],
  ])('sends bytes of every kind: %s', async (_what, make) => {
    await clientOf().put('/x', { body: make() });

    expect(upstream().requests).toMatchObject([{ body: 'ab' }]);
  });
});

describe('an attempt whose time ends while we owe the body', () => {
  const { upstream, clientOf } = calling();

  const never = (): Promise<never> => new Promise(() => undefined);
  const mute = (): Readable => new Readable({ read: () => undefined });

  const outOfTime = async (
    body: BodyOption,
    change: Partial<ClientOptions>,
    asked: () => Promise<unknown>,
  ) => {
    const clock = manualClock();
    const client = clientOf({ clock, ...change });
    const error = client.put('/x', { body }).catch((thrown: unknown) => thrown);
    await asked();
    await clock.advance(100);
    return { client, error: await error };
  };

  it.each([{ attemptMs: 100 }, { totalMs: 100 }])(
    'counts against nobody, and is not made again: a function under %j',
    async (timeout) => {
      let ask = (): void => undefined;
      const asked = new Promise<void>((resolve) => {
        ask = resolve;
      });
      const make = (): Promise<never> => {
        ask();
        return never();
      };

      const { client, error } = await outOfTime(make, { timeout }, () => asked);

      expect(error).toMatchObject({ name: 'UpstreamTimeoutError', journal: { attempts: [{ number: 1 }] } });
      expect(upstream().requests).toEqual([]);
      nobodyFailed(client);
    },
  );

  it('counts against nobody where a stream gives nothing', async () => {
    const source = mute();
    const asked = new Promise<void>((resolve) => {
      source._read = () => resolve();
    });

    const { client, error } = await outOfTime(source, { timeout: { attemptMs: 100 } }, () => asked);

    expect(error).toMatchObject({ name: 'UpstreamTimeoutError', scope: 'attempt' });
    nobodyFailed(client);
  });

  it('is the failure of the upstream where something was given', async () => {
    const { asked, ...server } = await listening();
    const source = mute();
    source.push('a');

    const change = { baseUrl: server.url, timeout: { attemptMs: 100 } };
    const { client } = await outOfTime(source, change, () => asked);

    expect(client.breaker?.snapshot()).toMatchObject({ failures: 1 });
    await server.close();
  });
});

describe('a POST whose time ends before a connection stands', () => {
  const timeout = { attemptMs: 5 };

  it.each<[string, Partial<ClientOptions>, CallOptions]>([
    ['of the client', { timeout }, {}],
    ['of the call', {}, { timeout }],
  ])('is made again, as it never left: the time %s', async (_whose, change, options) => {
    const hole = await blackhole();
    const retry = { maxRetries: 1, backoff: { baseMs: 0 } };
    const client = createClient({ name: 'catalog', baseUrl: hole.url, retry, ...change });

    const error: unknown = await client.post('/x', options).catch((thrown: unknown) => thrown);

    const journal = { attempts: [{ number: 1 }, { number: 2 }], stopped: 'attempts' };
    expect(error).toMatchObject({ name: 'UpstreamTimeoutError', journal });
    await hole.close();
    await client.close();
  });

  it('is not made again once it was sent', async () => {
    const { asked, ...server } = await listening();
    const clock = manualClock();
    const client = createClient({ name: 'catalog', baseUrl: server.url, clock });
    const call = client.post('/x', { timeout }).catch((thrown: unknown) => thrown);
    await asked;

    await clock.advance(5);

    expect(await call).toMatchObject({ journal: { attempts: [{ number: 1 }], stopped: 'method' } });
    await server.close();
    await client.close();
  });
});

describe('what cannot be sent', () => {
  const { upstream, clientOf } = calling();
  const headers = { 'Proxy-Authorization': 'Basic eA==' };

  it('is refused as the client is made', () => {
    const make = (): Client => clientOf({ proxy: upstream().url, headers });

    expect(make).toThrow(TypeError);
    expect(make).toThrow('header "proxy-authorization" must be written as "proxy.token"');
  });

  it('fails the call for good, and counts against nobody', async () => {
    const client = clientOf({ proxy: upstream().url });

    const error: unknown = await client.get('/x', { headers }).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ cause: { code: 'UND_ERR_INVALID_ARG' } });
    expect(upstream().requests).toEqual([]);
    nobodyFailed(client);
  });
});
