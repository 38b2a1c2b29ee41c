import { beforeEach, describe, expect, it } from '@jest/globals';
import { answerOf, type ClientOptions, type ClientRequest } from '../../src/client/index.ts';
import { isUpstreamError, NotFoundError, ServiceUnavailableError } from '../../src/errors/index.ts';
import { calling } from './clients.ts';

const fallback = { value: { id: 0 } };

describe("a client's fallback and the statuses that its caller wants", () => {
  const { upstream, clientOf } = calling();

  it.each(['GET', 'POST'])('leaves a 404 of %s alone with throwOnStatus: false', async (method) => {
    upstream().respondWith({ status: 404, json: { why: 'gone' } });
    const client = clientOf({ throwOnStatus: false, fallback });

    const answer = await client.request(method, '/x');

    expect([answer.status, answer.source, await answer.json()]).toEqual([404, 'live', { why: 'gone' }]);
  });

  it('leaves a 404 of fetch alone', async () => {
    upstream().respondWith({ status: 404, json: { why: 'gone' } });

    const response = await clientOf({ fallback }).fetch('/x');

    expect([response.status, await response.json()]).toEqual([404, { why: 'gone' }]);
  });

  it.each<[number, Partial<ClientOptions>]>([
    [500, { throwOnStatus: false }],
    [429, { throwOnStatus: false }],
    [404, { throwOnStatus: true }],
    [404, { throwOnStatus: false, upstreamErrors: { 404: () => new ServiceUnavailableError('no row') } }],
    [404, { throwOnStatus: false, fallback: { use: () => ({ id: 0 }), when: isUpstreamError } }],
  ])('answers a %i with %o', async (status, change) => {
    upstream().respondWith({ status });

    const answer = await clientOf({ retry: false, fallback, ...change }).get('/x');

    expect([answer.status, answer.source]).toEqual([200, 'fallback']);
  });

  it('leaves a 404 alone that is mapped to a business error', async () => {
    upstream().respondWith({ status: 404 });
    const upstreamErrors = { 404: () => new NotFoundError('No such product') };

    const call = clientOf({ fallback, upstreamErrors }).get('/x');

    await expect(call).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe("what a client's fallback is given", () => {
  const { upstream, clientOf } = calling();

  beforeEach(() => upstream().respondWith('reset'));

  it('is method, path, URL and headers of the call, frozen', async () => {
    let given: ClientRequest | undefined;
    const client = clientOf({
      retry: false,
      fallback: (request) => {
        given = request;
      },
    });

    await client.get('/things/:id', { params: { id: '7' }, headers: { authorization: 'Bearer t0p' } });

    expect(given).toEqual({ method: 'GET', path: '/things/:id', url: `${upstream().url}/things/7` });
    expect(given?.headers).toMatchObject({ authorization: 'Bearer t0p' });
    expect(Object.isFrozen(given) && Object.isFrozen(given?.headers)).toBe(true);
  });

  it('sends no credentials back where it is the answer itself', async () => {
    const client = clientOf({ retry: false, fallback: (request) => request });

    const answer = await client.get('/x', { headers: { authorization: 'Bearer t0p' } });

    expect(await answer.json()).toEqual({ method: 'GET', path: '/x', url: `${upstream().url}/x` });
  });
});

describe("the body of a client's fallback", () => {
  const { upstream, clientOf } = calling();

  beforeEach(() => upstream().respondWith('reset'));

  it.each([{ id: 0 }, [], null, 0, 'a text'])('is JSON: %p', async (value) => {
    const answer = await clientOf({ retry: false, fallback: { value } }).get('/x');

    expect(answer.headers.get('content-type')).toBe('application/json');
  });

  it.each(['', undefined])('has no type where it is empty: %p', async (value) => {
    const answer = await clientOf({ retry: false, fallback: { value } }).get('/x');

    expect([answer.headers.get('content-type'), await answer.text()]).toEqual([null, '']);
  });

  it.each([
    ['a Uint8Array', new Uint8Array(Buffer.from('{"id":1}'))],
    ['a Buffer', Buffer.from('{"id":1}')],
    ['an ArrayBuffer', Uint8Array.from(Buffer.from('{"id":1}')).buffer],
    ['a part of one', new DataView(Uint8Array.from(Buffer.from('--{"id":1}')).buffer, 2)],
  ])('is bytes where it was %s', async (_what, value) => {
    const answer = await clientOf({ retry: false, fallback: { value } }).get('/x');

    expect([await answer.text(), await answer.json()]).toEqual(['{"id":1}', { id: 1 }]);
    expect(answer.headers.get('content-type')).toBeNull();
  });

  it('is a copy of bytes', async () => {
    const value = Uint8Array.of(1);
    const answer = await clientOf({ retry: false, fallback: { value } }).get('/x');

    value[0] = 2;

    expect(await answer.bytes()).toEqual(Uint8Array.of(1));
  });

  it.each([
    ['a Map', new Map([['id', 1]])],
    ['a Set', new Set([1])],
    ['a Response', new Response('{}')],
    ['a promise', Promise.resolve(1)],
    ['a Map within', { byId: new Map() }],
    ['bytes within', { icon: Uint8Array.of(1) }],
  ])('cannot be %s', async (_what, value) => {
    const call = clientOf({ retry: false, fallback: () => [value] }).get('/x');

    expect(() => clientOf({ fallback: { value } })).toThrow(
      /"fallback.value" must be something that JSON can hold/,
    );
    await expect(call).rejects.toMatchObject({
      name: 'InternalServerError',
      cause: { name: 'TypeError' },
    });
  });

  it.each([new Date(0), Object.create(null), {}, Object(1)])('may be %p', async (value) => {
    const answer = await clientOf({ retry: false, fallback: { value } }).get('/x');

    expect(await answer.text()).toBe(JSON.stringify(value));
  });

  it("is that of another client's answer", async () => {
    upstream().respondWith({ status: 404, json: { why: 'gone' } });
    const error: unknown = await clientOf()
      .get('/replica')
      .catch((thrown: unknown) => thrown);
    upstream().respondWith('reset');

    const answer = await clientOf({ retry: false, fallback: () => answerOf(error) }).get('/x');

    expect([answer.status, answer.source, await answer.json()]).toEqual([404, 'fallback', { why: 'gone' }]);
  });
});
