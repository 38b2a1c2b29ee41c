import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { fakeUpstream } from '../../src/testing/index.ts';
import { calling } from './clients.ts';

describe('what fetch of a client sends', () => {
  const { upstream, clientOf } = calling(() => ({ baseUrl: `${upstream().url}/api` }));

  it.each<[string, (url: string) => string | URL | Request, string]>([
    ['a path', () => '/x', '/api/x'],
    ['a path without a slash', () => 'x/y', '/api/x/y'],
    ['a path that looks like a template', () => '/files/:id//a', '/api/files/:id//a'],
    ['an absolute URL', (url) => `${url}/other?q=1#part`, '/other?q=1'],
    ['a URL object', (url) => new URL('/other', url), '/other'],
    ['a Request', (url) => new Request(`${url}/other`), '/other'],
  ])('asks for %s', async (_name, inputOf, expected) => {
    await clientOf().fetch(inputOf(upstream().url));

    expect(upstream().requests[0]?.url).toBe(expected);
  });

  it.each([
    'http://elsewhere.example/x',
    '//elsewhere.example/x',
    'http://user:pass@127.0.0.1/x',
    'file:///etc/passwd',
    'data:text/plain,x',
    'http://',
  ])('refuses %s with a TypeError that does not repeat it', async (input) => {
    const call = clientOf().fetch(input);

    await expect(call).rejects.toBeInstanceOf(TypeError);
    await expect(call).rejects.not.toThrow(/elsewhere|pass/);
  });

  it.each(['../admin', '/../admin', 'a/../../admin', '/%2e%2E/admin', '..\\admin', '.\t./admin', '..'])(
    'refuses %j, which leaves the path of the base',
    async (input) => {
      const call = clientOf().fetch(input);

      await expect(call).rejects.toThrow(TypeError);
      await expect(call).rejects.toThrow(/must not leave the path of "baseUrl"/);
      expect(upstream().requests).toHaveLength(0);
    },
  );

  it.each([
    ['a/../b', '/api/b'],
    ['', '/api/'],
    ['?q=1', '/api/?q=1'],
  ])('asks for %j within the path of the base', async (input, expected) => {
    await clientOf().fetch(input);

    expect(upstream().requests[0]?.url).toBe(expected);
  });

  it('asks for any path where the base has none', async () => {
    await clientOf({ baseUrl: upstream().url }).fetch('../x');

    expect(upstream().requests[0]?.url).toBe('/x');
  });

  it.each<[string, unknown, object]>([
    ['redirect', '/x', { redirect: 'zzz' }],
    ['header', '/x', { headers: { 'bad header': 'x' } }],
    ['URL', 'http://', {}],
    ['input', Object.create(null), {}],
    ['host', 'http://elsewhere.example/x', {}],
    ['method', '/x', { method: 'CONNECT' }],
  ])('ends the stream of a call that it refuses for its %s', async (_what, input, init) => {
    const body = Readable.from(['a']);
    const { fetch } = clientOf();

    // What the types forbid, a user without them may write.
    const call = fetch(input as string, {
      method: 'POST',
      body: body as unknown as RequestInit['body'],
      ...init,
    });

    await expect(call).rejects.toBeInstanceOf(TypeError);
    expect(body.destroyed).toBe(true);
  });

  it('goes to allowed hosts', async () => {
    const other = await fakeUpstream();
    const client = clientOf({ allowedHosts: [new URL(other.url).host] });

    await client.fetch(`${other.url}/x`);

    expect(other.requests).toHaveLength(1);
    await other.close();
  });

  it.each<[string, RequestInit['headers']]>([
    ['an object', { 'X-A': 'b', Connection: 'close' }],
    [
      'a list',
      [
        ['x-a', 'b'],
        ['host', 'other'],
      ],
    ],
    ['Headers', new Headers({ 'x-a': 'b', 'content-length': '7' })],
  ])('sends headers given as %s, and leaves the transport its own', async (_name, headers) => {
    await clientOf({ headers: { authorization: 'Bearer t' } }).fetch('/x', { headers });

    expect(upstream().requests[0]?.headers).toMatchObject({
      'x-a': 'b',
      authorization: 'Bearer t',
      accept: '*/*',
      host: new URL(upstream().url).host,
    });
  });

  it('does not repeat the value of a header that cannot be sent', async () => {
    const call = clientOf().fetch('/x', { headers: { authorization: 'hush\n' + 'hush' } });

    await expect(call).rejects.toBeInstanceOf(TypeError);
    await expect(call).rejects.not.toThrow(/hush/);
  });

  it.each<[string, () => RequestInit['body'], string, string | RegExp | undefined]>([
    ['a text', () => 'text', 'text', 'text/plain;charset=UTF-8'],
    ['bytes', () => Buffer.from('bytes'), 'bytes', undefined],
    ['a view', () => new DataView(new TextEncoder().encode('-view-').buffer, 1, 4), 'view', undefined],
    ['an ArrayBuffer', () => new TextEncoder().encode('buffer').buffer, 'buffer', undefined],
    ['URLSearchParams', () => new URLSearchParams({ a: 'b' }), 'a=b', /^application\/x-www-form-urlencoded/],
    ['a Blob', () => new Blob(['blob'], { type: 'text/x' }), 'blob', 'text/x'],
    ['a stream', () => new Blob(['stream']).stream(), 'stream', undefined],
  ])('sends a body that is %s', async (_name, make, expected, type) => {
    const client = clientOf();
    const init = { method: 'PUT', body: make(), duplex: 'half' } as const;

    await client.fetch('/x', init);

    expect(upstream().requests[0]).toMatchObject({ method: 'PUT', body: expected });
    if (type === undefined) expect(upstream().requests[0]?.headers['content-type']).toBeUndefined();
    else expect(upstream().requests[0]?.headers['content-type']).toMatch(type);
  });

  it('sends the body, method and headers of a Request, again where it is repeated', async () => {
    upstream().script([{ status: 503 }, { json: 1 }]);
    const request = new Request(`${upstream().url}/x`, {
      method: 'PUT',
      body: 'whole',
      headers: { 'x-a': 'b' },
    });

    const { status } = await clientOf().fetch(request);

    expect(status).toBe(200);
    expect(upstream().requests.map(({ method, body, headers }) => [method, body, headers['x-a']])).toEqual([
      ['PUT', 'whole', 'b'],
      ['PUT', 'whole', 'b'],
    ]);
  });

  it('lets its second argument win over a Request', async () => {
    const request = new Request(`${upstream().url}/x`, {
      method: 'PUT',
      body: 'one',
      headers: { 'x-a': 'b' },
    });

    await clientOf().fetch(request, { method: 'POST', body: 'two', headers: { 'x-c': 'd' } });

    expect(upstream().requests[0]).toMatchObject({ method: 'POST', body: 'two', headers: { 'x-c': 'd' } });
    expect(upstream().requests[0]?.headers['x-a']).toBeUndefined();
  });
});
