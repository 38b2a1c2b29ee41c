import { createSecureContext } from 'node:tls';
import { inspect } from 'node:util';
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
    [{ keepAliveTimeout: 'x' }, /option "agent": invalid keepAliveTimeout/],
    [{ maxOrigins: 0 }, /option "agent": maxOrigins must be/],
    [{ connections: -1 }, /option "agent\.connections" must be a whole number of at least 1 or null/],
    [{ connections: 0 }, /option "agent\.connections" must be/],
    [{ clientTtl: -1 }, /option "agent\.clientTtl" must be/],
    [{ maxConcurrentStreams: 0.5 }, /option "agent\.maxConcurrentStreams" must be/],
    [{ pipelining: 'x' }, /option "agent\.pipelining" must be/],
    [{ autoSelectFamily: 'x' }, /option "agent\.autoSelectFamily" must be true or false/],
    [{ strictContentLength: 'x' }, /option "agent\.strictContentLength" must be true or false/],
    [{ maxRedirections: 3 }, /unknown option "maxRedirections" in "agent"; known are allowH2, /],
    [{ tls: {} }, /unknown option "tls" in "agent"/],
    [{ connect: { ca: 5 } }, /option "agent\.connect\.ca" cannot be used for TLS: ERR_INVALID_ARG_TYPE/],
    [{ connect: { cert: 'no certificate' } }, /option "agent\.connect" cannot be used for TLS: ERR_OSSL_/],
    [{ connect: { pfx: 'no archive' } }, /option "agent\.connect" cannot be used for TLS$/],
  ])('is refused at once: %j', (agent, message) => {
    expect(make({ agent })).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    {},
    { connections: 1, pipelining: 2, localAddress: '127.0.0.1', allowH2: undefined },
    { connections: null, clientTtl: null },
    { connect: { secureContext: createSecureContext(), ca: 'of another one' } },
    { connect: () => undefined },
  ])('is taken: %j', (agent) => {
    expect(make({ agent })).toBeUndefined();
  });

  it.each([{ secureOptions: 'hush' }, { minVersion: 'hush' }, { key: 'hush' }])(
    'is not repeated: %j',
    (connect) => {
      const error = make({ agent: { connect } });

      expect(error).toBeInstanceOf(TypeError);
      expect(inspect(error)).not.toContain('hush');
    },
  );

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
    { uri: 'http://proxy', headers: 'hush' },
    { uri: 'http://proxy', headers: { 'hush header': 'x' } },
    { uri: 'http://proxy', headers: { 'x-a': 'hush\n' } },
    { uri: 'http://proxy', token: 'hush\n' },
    { uri: 'http://proxy', auth: 'hush\n' },
    { uri: 'http://proxy', token: 5 },
    { uri: 'http://proxy', token: '' },
    { uri: 'http://proxy', proxyTunnel: 'hush' },
    { uri: 'http://proxy', proxyTls: { secureOptions: 'hush' } },
    { uri: 'http://proxy', requestTls: { minVersion: 'hush' } },
  ])('is refused at once, and never repeated: %j', (proxy) => {
    const error = make({ proxy });

    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toMatch(/option "proxy/);
    expect(inspect(error)).not.toContain('hush');
  });

  it('takes no options but its own', () => {
    expect(make({ proxy: { uri: 'http://proxy', foo: 1 } })).toMatchObject({
      message: expect.stringMatching(/unknown option "foo" in "proxy"; known are auth, headers, /),
    });
    expect(make({ proxy: { uri: 'http://proxy', keepAliveTimeout: -1 } })).toMatchObject({
      message: expect.stringMatching(
        /"proxy\.keepAliveTimeout" must be written as "agent\.keepAliveTimeout"/,
      ),
    });
  });

  it('stays as it was written: the credentials are put into a copy', () => {
    const headers = Object.freeze({ 'x-a': '1' });

    expect(make({ proxy: { uri: 'http://proxy', token: 'Basic x', headers } })).toBeUndefined();
    expect(headers).toEqual({ 'x-a': '1' });
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
