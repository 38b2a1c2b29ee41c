import { describe, expect, it } from '@jest/globals';
import type { Answer } from '../../src/client/index.ts';
import { runWithContext, tryGetContext } from '../../src/context/index.ts';
import { ConflictError, NotFoundError } from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { requestRecord } from '../support/records.ts';
import { cachedCalling, lasting } from './cached-clients.ts';

const SLOW_MS = 1_000;
const slow = { ...lasting({ id: 1 }), delayMs: SLOW_MS };

const errorOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('those who ask for the same at once', () => {
  const { upstream, clientOf, clock } = cachedCalling();

  it('make one upstream call, 200 of them on a cold key', async () => {
    upstream().respondWith(slow);
    const client = clientOf();
    const calls = Array.from({ length: 200 }, () => client.get('/x').json());
    await upstream().nextRequest();

    await clock().advance(SLOW_MS);

    expect(new Set((await Promise.all(calls)).map((body) => JSON.stringify(body)))).toEqual(
      new Set(['{"id":1}']),
    );
    expect([upstream().requests.length, upstream().connections]).toEqual([1, 1]);
  });

  it('make one upstream call, also for an answer that says nothing of being kept', async () => {
    upstream().respondWith({ json: 1, delayMs: SLOW_MS });
    const client = clientOf();
    const calls = Array.from({ length: 200 }, () => client.get('/x').json());
    await upstream().nextRequest();

    await clock().advance(SLOW_MS);

    expect([new Set(await Promise.all(calls)), upstream().requests.length]).toEqual([new Set([1]), 1]);
  });

  it.each<[string, (path: string, at: number) => [string, object]]>([
    ['other headers', (path, at) => [path, { headers: { accept: `text/${at}` } }]],
    ['another query', (path, at) => [path, { query: { at } }]],
    ['other credentials', (path, at) => [path, { headers: { authorization: `Bearer ${at}` } }]],
    ['another bound of the body', (path, at) => [path, { maxBodyBytes: 100 + at }]],
  ])('are told apart by %s', async (_what, asking) => {
    upstream().respondWith(slow);
    const client = clientOf();
    const calls = [1, 2].map((at) => client.get(...asking('/x', at)));
    await upstream().nextRequest();
    await upstream().nextRequest();

    await clock().advance(SLOW_MS);

    expect(await Promise.all(calls)).toHaveLength(2);
  });

  it('have each a time of their own', async () => {
    upstream().respondWith(slow);
    const client = clientOf();
    const patient = client.get('/x').json();
    const hasty = errorOf(client.get('/x', { timeout: { totalMs: 100 } }).json());
    await upstream().nextRequest();

    await clock().advance(100);
    const error = await hasty;
    await clock().advance(SLOW_MS);

    expect([error, await patient]).toMatchObject([{ code: 'dependency-timeout', scope: 'total' }, { id: 1 }]);
    expect(upstream().requests).toHaveLength(1);
  });

  it('wait for as long as the client does, though the first of them had less time', async () => {
    upstream().respondWith(slow);
    const client = clientOf();
    const hasty = errorOf(client.get('/x', { timeout: { totalMs: 100 } }).json());
    const patient = client.get('/x').json();
    await upstream().nextRequest();

    await clock().advance(100);
    const error = await hasty;
    await clock().advance(SLOW_MS);

    expect([error, await patient]).toMatchObject([{ scope: 'total' }, { id: 1 }]);
    expect(upstream().requests).toHaveLength(1);
  });

  it.each([0, 1])(
    'leave one by one: number %i with its own reason, the other gets its answer',
    async (leaver) => {
      upstream().respondWith(slow);
      const client = clientOf();
      const controllers = [new AbortController(), new AbortController()];
      const ends = controllers.map(({ signal }) =>
        client.get('/x', { signal }).then(
          (answer: Answer) => answer.status,
          (reason: unknown) => reason,
        ),
      );
      await upstream().nextRequest();

      controllers[leaver]?.abort('left');
      await ends[leaver];
      await clock().advance(SLOW_MS);

      expect([await ends[leaver], await ends[1 - leaver], upstream().requests.length]).toEqual([
        'left',
        200,
        1,
      ]);
    },
  );

  it('end the upstream call when the last of them leaves', async () => {
    upstream().respondWith('hang');
    const client = clientOf();
    const controllers = [new AbortController(), new AbortController()];
    const ends = controllers.map(({ signal }) => errorOf(client.get('/x', { signal })));
    await upstream().nextRequest();

    for (const controller of controllers) controller.abort('left');

    await upstream().connectionClosed();
    expect(await Promise.all(ends)).toEqual(['left', 'left']);
  });

  it('never join a call that was given up', async () => {
    upstream().script(['hang', lasting(1)]);
    const client = clientOf();
    const controller = new AbortController();
    const left = errorOf(client.get('/x', { signal: controller.signal }));
    await upstream().nextRequest();
    controller.abort('left');
    await left;

    const body = await client.get('/x').json();

    expect(body).toBe(1);
  });

  it('carry the ids of the first', async () => {
    upstream().respondWith(slow);
    const client = clientOf();
    const calls = ['first', 'second'].map((requestId) =>
      runWithContext(requestRecord({ requestId }), () => client.get('/x').json()),
    );
    const { headers } = await upstream().nextRequest();

    await clock().advance(SLOW_MS);

    expect([headers['x-request-id'], await Promise.all(calls)]).toEqual(['first', [{ id: 1 }, { id: 1 }]]);
  });

  it('are asked for in a context of nobody, with the ids of the first', async () => {
    const events = createEventHub();
    const contexts: unknown[] = [];
    events.subscribe('attempt.failed', () => contexts.push(tryGetContext()));
    upstream().respondWith({ status: 503, delayMs: SLOW_MS });
    const client = clientOf({ events });
    const controller = new AbortController();
    const record = requestRecord({ requestId: 'first', signal: controller.signal, deadline: 50_000 });
    const first = runWithContext(record, () => errorOf(client.get('/x')));
    const second = errorOf(client.get('/x'));
    await upstream().nextRequest();
    controller.abort('left');
    await first;

    await clock().advance(SLOW_MS);

    expect(await second).toMatchObject({ upstreamStatus: 503 });
    expect(contexts).toMatchObject([{ requestId: 'first', signal: { aborted: false }, deadline: undefined }]);
  });

  it('get each a value of their own of its JSON', async () => {
    upstream().respondWith(lasting({ id: 1 }));
    const client = clientOf();

    const bodies = await Promise.all([1, 2, 3].map(() => client.get('/x').json()));

    expect([new Set(bodies).size, upstream().requests.length]).toEqual([3, 1]);
  });

  it('are told that they came along', async () => {
    upstream().respondWith(slow);
    const client = clientOf();
    const calls = [client.get('/x'), client.get('/x')];
    await upstream().nextRequest();

    await clock().advance(SLOW_MS);

    const said = (await Promise.all(calls)).map(({ headers }) => headers.get('cache-status'));
    expect(said).toEqual(['catalog; fwd=uri-miss; stored', 'catalog; fwd=uri-miss; stored; collapsed']);
  });

  it('are told what it took', async () => {
    upstream().script([{ status: 503 }, slow]);
    const client = clientOf({ retry: { backoff: { baseMs: 0 } } });
    const calls = [client.get('/x'), client.get('/x')];
    await upstream().nextRequest();
    await upstream().nextRequest();

    await clock().advance(SLOW_MS);

    const [first, second] = (await Promise.all(calls)).map(({ journal }) => journal);
    expect(first).toMatchObject({ attempts: [{ status: 503 }, { status: 200 }], stopped: 'success' });
    expect(second).toEqual(first);
  });
});

describe('a failure of those who ask for the same at once', () => {
  const { upstream, clientOf } = cachedCalling();

  it('is one upstream call, and an error of its own for each', async () => {
    upstream().respondWith('reset');
    const client = clientOf();

    const errors = await Promise.all([1, 2, 3].map(() => errorOf(client.get('/x'))));

    expect(new Set(errors).size).toBe(3);
    expect(errors.map((error) => JSON.stringify(error))).toEqual(Array(3).fill(JSON.stringify(errors[0])));
    expect([errors[2], upstream().requests.length]).toMatchObject([{ reason: 'connection-reset' }, 1]);
  });

  it('is mapped for each as that one asks', async () => {
    upstream().respondWith({ status: 404 });
    const client = clientOf({ upstreamErrors: { 404: () => new NotFoundError('The client says so') } });

    const errors = await Promise.all([
      errorOf(client.get('/x')),
      errorOf(client.get('/x', { upstreamErrors: { 404: () => new ConflictError('The call says so') } })),
      errorOf(client.get('/x')),
    ]);

    expect(errors).toMatchObject([
      { message: 'The client says so' },
      { message: 'The call says so' },
      { message: 'The client says so' },
    ]);
    expect(errors[0]).not.toBe(errors[2]);
    expect(upstream().requests).toHaveLength(1);
  });

  it('is an answer for the one who wants it as an answer', async () => {
    upstream().respondWith({ status: 409, json: { sold: true } });
    const client = clientOf();

    const [error, answer] = await Promise.all([
      errorOf(client.get('/x')),
      client.get('/x', { throwOnStatus: false }),
    ]);

    expect([error, answer.status, await answer.json()]).toMatchObject([
      { upstreamStatus: 409 },
      409,
      { sold: true },
    ]);
  });

  it('has a journal for each, with what it took', async () => {
    upstream().respondWith({ status: 503 });
    const client = clientOf({ retry: { maxRetries: 1, backoff: { baseMs: 0 } } });

    const errors = await Promise.all([errorOf(client.get('/x')), errorOf(client.get('/x'))]);

    expect(errors).toMatchObject(
      Array(2).fill({ journal: { attempts: [{ status: 503 }, { status: 503 }], stopped: 'attempts' } }),
    );
  });

  it('is forgotten: who comes later asks anew', async () => {
    upstream().script([{ status: 500 }, lasting(1)]);
    const client = clientOf();
    await errorOf(client.get('/x'));

    const body = await client.get('/x').json();

    expect(body).toBe(1);
  });
});
