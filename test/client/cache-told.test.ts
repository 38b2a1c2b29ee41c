import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { type CallCompleted, createEventHub, type StaleServed } from '../../src/events/index.ts';
import { cachedCalling, lasting } from './cached-clients.ts';

describe('an answer of a client with a cache', () => {
  const { upstream, clientOf, clock } = cachedCalling();

  it('says what the cache did: asked, kept, confirmed, and stale', async () => {
    const confirmable = lasting(1, 'max-age=10', { etag: '"a"' });
    upstream().script([confirmable, { status: 304 }, { status: 503 }]);
    const client = clientOf();
    const said: (string | null)[][] = [];
    for (const waitMs of [0, 4_000, 6_000, 12_000]) {
      await clock().advance(waitMs);
      const { headers } = await client.get('/x');
      said.push(['age', 'cache-status', 'warning'].map((name) => headers.get(name)));
    }

    expect(said).toEqual([
      [null, 'catalog; fwd=uri-miss; stored', null],
      ['4', 'catalog; hit; ttl=6', null],
      ['0', 'catalog; fwd=stale; fwd-status=304; stored', null],
      ['12', 'catalog; hit; ttl=-2; detail=upstream-5xx', '110 - "Response is Stale"'],
    ]);
  });

  it('carries no Warning where that is switched off', async () => {
    upstream().script([{ json: 1 }, { status: 503 }]);
    const client = clientOf({ cache: { warning: false } });
    await client.get('/x');

    const { headers } = await client.get('/x');

    expect([headers.has('warning'), headers.get('cache-status')]).toEqual([
      false,
      'catalog; hit; ttl=-1; detail=upstream-5xx',
    ]);
  });

  it('says of an answer that was just asked for how old it came', async () => {
    upstream().respondWith(lasting(1, 'max-age=10', { age: '4' }));

    const { cache, headers } = await clientOf().get('/x');

    expect([cache?.status, cache?.ageMs, headers.get('age')]).toEqual(['miss', 4_000, '4']);
  });

  it('says it of one that is refused too, where that is wanted as an answer', async () => {
    upstream().respondWith({ ...lasting(1), status: 404 });
    const client = clientOf();

    const answers = await Promise.all([1, 2].map(() => client.get('/x', { throwOnStatus: false })));

    expect(answers.map(({ cache }) => cache?.status)).toEqual(['miss', 'miss']);
    expect(answers.map(({ headers }) => headers.get('cache-status'))).toEqual([
      'catalog; fwd=uri-miss; stored',
      'catalog; fwd=uri-miss; stored; collapsed',
    ]);
  });

  it('says it of one that fetch() was refused', async () => {
    upstream().respondWith({ status: 404 });

    const { status, headers } = await clientOf().fetch('/x');

    expect([status, headers.get('cache-status')]).toEqual([404, 'catalog; fwd=uri-miss']);
  });

  it('counts the age that it came with', async () => {
    upstream().script([lasting(1, 'max-age=10', { age: '4' })]);
    const client = clientOf();
    await client.get('/x');
    await clock().advance(3_000);

    const { cache, headers } = await client.get('/x');

    expect([cache?.ageMs, headers.get('age')]).toEqual([7_000, '7']);
  });

  it('tells its key to who asks for it, and to no log', async () => {
    upstream().respondWith(lasting(1));
    const client = clientOf();
    const first = await client.get('/x');

    const { cache } = await client.get('/x');

    expect([cache?.key, Object.keys(cache ?? {}).includes('key')]).toEqual([first.cache?.key, false]);
    expect(JSON.stringify(cache)).not.toContain(String(cache?.key));
  });

  it('tells nothing of a cache where that has no part in it', async () => {
    const answer = await clientOf({ cache: false }).get('/x');

    expect([answer.cache, answer.headers.has('cache-status')]).toEqual([undefined, false]);
  });

  it('is published with its source, and as stale where it was', async () => {
    const events = createEventHub();
    const completed: Partial<CallCompleted>[] = [];
    const stale: StaleServed[] = [];
    events.subscribe('call.completed', ({ source, status, outcome }) =>
      completed.push({ source, status, outcome }),
    );
    events.subscribe('stale.served', (event) => stale.push(event));
    upstream().script([lasting(1, 'max-age=10'), { status: 503 }]);
    const client = clientOf({ events });
    for (const waitMs of [0, 4_000, 8_000]) {
      await clock().advance(waitMs);
      await client.get('/x');
    }

    expect(completed).toEqual(
      ['live', 'cache', 'stale'].map((source) => ({ source, status: 200, outcome: 'success' })),
    );
    expect(stale).toEqual([{ dependency: 'catalog', call: 'GET /x', ageMs: 12_000, reason: 'upstream-5xx' }]);
  });

  it('has the journal of what asking anew came to, and of nothing where nobody asked', async () => {
    upstream().script([lasting(1, 'max-age=10'), { status: 503 }]);
    const client = clientOf();
    await client.get('/x');
    const fresh = await client.get('/x');
    await clock().advance(20_000);

    const stale = await client.get('/x');

    expect([fresh.journal.attempts, stale.journal.attempts]).toMatchObject([[], [{ status: 503 }]]);
  });
});

describe('what a caller does to an answer', () => {
  const { upstream, clientOf } = cachedCalling();

  it.each<[string, (client: ReturnType<typeof clientOf>) => Promise<unknown>]>([
    [
      'to its JSON',
      async (client) => {
        const body = await client.get('/x').json<{ id: number }>();
        body.id = 2;
      },
    ],
    [
      'to its bytes',
      async (client) => {
        (await client.get('/x').bytes()).fill(0);
      },
    ],
    [
      'to its headers',
      async (client) => {
        (await client.get('/x')).headers.set('content-type', 'text/html');
      },
    ],
    [
      'to the pieces of its stream',
      async (client) => {
        for await (const piece of (await client.get('/x', { stream: true })).stream)
          Buffer.from(piece.buffer).fill(0);
      },
    ],
    [
      'to the bytes of a Response',
      async (client) => {
        new Uint8Array(await (await client.fetch('/x')).arrayBuffer()).fill(0);
      },
    ],
  ])('changes nothing for those who come later or came along: %s', async (_what, change) => {
    upstream().respondWith(lasting({ id: 1 }));
    const client = clientOf();
    const [, along] = await Promise.all([change(client), client.get('/x')]);
    await change(client);

    const later = await client.get('/x');

    expect([await along.json(), await later.json(), later.headers.get('content-type')]).toEqual([
      { id: 1 },
      { id: 1 },
      'application/json',
    ]);
    expect(await text((await client.get('/x', { stream: true })).stream)).toBe('{"id":1}');
  });
});
