import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { refusedUrl } from '../../src/testing/index.ts';

describe("a client's fallback", () => {
  let baseUrl: string;
  const open: Client[] = [];

  const clientOf = (change: Partial<ClientOptions>): Client => {
    const client = createClient({ name: 'catalog', baseUrl, retry: false, ...change });
    open.push(client);
    return client;
  };

  beforeEach(async () => {
    baseUrl = await refusedUrl();
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((client) => client.close()));
  });

  it.each<[string, ClientOptions['fallback']]>([
    ['a value', { value: { items: [] } }],
    [
      'a function that keeps its value',
      (
        (shared) => () =>
          shared
      )({ items: [] }),
    ],
  ])('gives each caller a value of its own: %s', async (_kind, fallback) => {
    const client = clientOf({ fallback });
    const first = await client.get('/cart').json<{ items: string[] }>();

    first.items.push('of another user');

    expect(await client.get('/cart').json()).toEqual({ items: [] });
  });

  it('gives whoever asks the same answer again a value of its own', async () => {
    const answer = await clientOf({ fallback: { value: { items: [] } } }).get('/cart');
    const first = await answer.json<{ items: string[] }>();

    first.items.push('mine');

    expect(await answer.json()).toEqual({ items: [] });
  });

  it.each(['a text, not JSON', '', undefined, null, 7, false])('gives %p as it is', async (value) => {
    const answer = await clientOf({ fallback: { value } }).get('/x');

    const given = [await answer.json(), await answer.json()];

    expect(given).toEqual([value, value]);
  });

  it('is none with false', async () => {
    const call = clientOf({ fallback: false }).get('/x');

    await expect(call).rejects.toMatchObject({ reason: 'connection-refused' });
  });

  it.each([() => 1, 1n, Symbol('s')])('is refused with a value that JSON cannot hold: %p', (value) => {
    const make = () => clientOf({ fallback: { value } });

    expect(make).toThrow(TypeError);
    expect(make).toThrow(
      'createClient("catalog"): option "fallback.value" must be something that JSON can hold',
    );
  });

  it('fails the call when its function gives what JSON cannot hold, and is not told as served', async () => {
    const events = createEventHub();
    const served: unknown[] = [];
    events.subscribe('fallback.served', (event) => served.push(event));

    const call = clientOf({ events, fallback: () => ({ id: 1n }) }).get('/x');

    await expect(call).rejects.toMatchObject({
      name: 'InternalServerError',
      cause: { name: 'TypeError' },
      journal: { attempts: [{ reason: 'connection-refused' }] },
    });
    expect(served).toEqual([]);
  });
});
