import { describe, expect, it } from '@jest/globals';
import { type ClientOptions, createClient } from '../../src/client/index.ts';
import { fakeUpstream } from '../../src/testing/index.ts';

const make = (change: object): unknown => {
  try {
    // Options as somebody without types writes them.
    createClient({ name: 'catalog', baseUrl: 'http://catalog', ...change } as ClientOptions);
    return undefined;
  } catch (error) {
    return error;
  }
};

describe('agent', () => {
  it.each<[unknown, RegExp]>([
    ['text', /option "agent" must be an object/],
    [[], /option "agent" must be an object/],
    [null, /option "agent" must be an object/],
    [{ headersTimeout: 1 }, /"agent\.headersTimeout" must be written as "timeout\.attemptMs"/],
    [{ bodyTimeout: 1 }, /"agent\.bodyTimeout" must be written as "timeout\.attemptMs"/],
    [{ connectTimeout: 1 }, /"agent\.connectTimeout" must be written as "timeout\.connectMs"/],
    [{ connect: { timeout: 1 } }, /"agent\.connect\.timeout" must be written as "timeout\.connectMs"/],
    [{ factory: () => undefined }, /"agent\.factory" is the client's own/],
    [{ maxHeaderSize: -1 }, /option "agent": invalid maxHeaderSize/],
    [{ connections: -1 }, /option "agent": invalid connections/],
    [{ keepAliveTimeout: 'x' }, /option "agent": invalid keepAliveTimeout/],
  ])('is refused at once: %j', (agent, message) => {
    expect(make({ agent })).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    {},
    { connections: 1, pipelining: 2, localAddress: '127.0.0.1' },
    { unknown: 'of a later undici' },
  ])('is taken: %j', (agent) => {
    expect(make({ agent })).toBeUndefined();
  });

  it('is copied: what is written into it later changes nothing', async () => {
    const upstream = await fakeUpstream();
    const agent = { keepAliveTimeout: 1_000 };
    const client = createClient({ name: 'catalog', baseUrl: upstream.url, agent });
    agent.keepAliveTimeout = -1;

    const { status } = await client.get('/x');

    expect(status).toBe(200);
    await Promise.all([client.close(), upstream.close()]);
  });
});

describe('proxy', () => {
  it.each([
    'user:hush@proxy',
    'ftp://user:hush@proxy',
    'socks5://user:hush@proxy',
    'http://user:hush%@proxy',
    42,
    null,
    {},
    { uri: 'hush' },
    { uri: 'http://proxy', auth: 'hush', token: 'hush' },
    { uri: 'http://proxy', proxyTls: 'hush' },
    { uri: 'http://proxy', proxyTls: { key: 'hush', timeout: 1 } },
    { uri: 'http://proxy', headersTimeout: 1 },
    { uri: 'http://proxy', clientFactory: () => undefined },
  ])('is refused at once, and never repeated: %j', (proxy) => {
    const error = make({ proxy });

    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toMatch(/option "proxy/);
    expect(String((error as Error).stack) + JSON.stringify(error)).not.toContain('hush');
  });

  it.each([
    'http://user:p%40ss@proxy:8080',
    new URL('https://proxy'),
    { uri: 'http://proxy', token: 'Basic x' },
  ])('is taken: %j', (proxy) => {
    expect(make({ proxy })).toBeUndefined();
  });

  it('does not go with a connector of the app', () => {
    const error = make({ proxy: 'http://proxy', agent: { connect: () => undefined } });

    expect(error).toMatchObject({ message: expect.stringMatching(/"agent\.connect" exclude each other/) });
  });
});
