import { describe, expect, it } from '@jest/globals';
import type { Client } from '../../src/client/index.ts';
import {
  ConflictError,
  isBusinessError,
  isUpstreamError,
  journalOf,
  NotFoundError,
} from '../../src/errors/index.ts';
import { refusedUrl } from '../../src/testing/index.ts';
import { calling } from './clients.ts';

const problem = (status: number, document: object) => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify(document),
});

describe('upstreamErrors', () => {
  const { upstream, clientOf } = calling();

  const failureOf = (call: PromiseLike<unknown>): Promise<Error> =>
    Promise.resolve(call).then(
      () => Promise.reject(new Error('it did not fail')),
      (error) => error,
    );

  it('makes an error of a status, with its cause and journal', async () => {
    upstream().respondWith({ status: 404 });

    const error = await failureOf(
      clientOf().get('/x', { upstreamErrors: { 404: () => new NotFoundError('No such product') } }),
    );

    expect(error).toMatchObject({
      name: 'NotFoundError',
      message: 'No such product',
      status: 404,
      cause: { name: 'UpstreamResponseError', upstreamStatus: 404 },
      journal: { attempts: [{ status: 404 }], stopped: 'not-retryable' },
    });
  });

  it('makes an error of a problem code, of its type and of the end of that, before the status', async () => {
    upstream().script([
      problem(409, { code: 'taken' }),
      problem(409, { type: 'https://a.example/problems/taken' }),
      problem(409, { type: '/problems/taken' }),
      problem(409, { code: 'constructor' }),
    ]);
    const client = clientOf({
      upstreamErrors: {
        409: () => new ConflictError('by status'),
        taken: () => new ConflictError('by code'),
        'https://a.example/problems/taken': () => new ConflictError('by type'),
      },
    });

    const messages = [];
    for (let call = 0; call < 4; call += 1) messages.push((await failureOf(client.get('/x'))).message);

    expect(messages).toEqual(['by code', 'by type', 'by code', 'by status']);
  });

  it("asks the call's entries before the client's, and goes on where an entry makes nothing", async () => {
    upstream().respondWith({ status: 404 });
    const client = clientOf({ upstreamErrors: { 404: () => new NotFoundError('of the client') } });

    const ofCall = await failureOf(
      client.get('/x', { upstreamErrors: { 404: () => new NotFoundError('of the call') } }),
    );
    const ofClient = await failureOf(client.get('/x', { upstreamErrors: { 404: () => undefined } }));

    expect([ofCall.message, ofClient.message]).toEqual(['of the call', 'of the client']);
  });

  it('says of trying again what the upstream said, unless it has a word of its own', async () => {
    upstream().respondWith({ ...problem(409, { retryable: false }), retryAfter: 7 });
    const own = { retryable: true, retryAfterMs: 0 };
    const made = [new ConflictError('silent'), new ConflictError('speaking', own)];

    const errors = await Promise.all(
      made.map((error) => failureOf(clientOf({ upstreamErrors: { 409: () => error } }).get('/x'))),
    );

    expect(errors).toEqual(made);
    expect(errors).toMatchObject([{ retryable: false, retryAfterMs: 7_000 }, own]);
  });

  it.each([
    ['a frozen error', Object.freeze(new ConflictError('Mine'))],
    ["an error that is none of this package's", new Error('Mine')],
  ])('writes nothing of trying again on %s', async (_what, mine) => {
    upstream().respondWith({ ...problem(409, { retryable: false }), retryAfter: 7 });

    const error = await failureOf(clientOf({ upstreamErrors: { 409: () => mine } }).get('/x'));

    expect(error).toBe(mine);
    expect(error).not.toMatchObject({ retryable: false });
    expect(error).not.toMatchObject({ retryAfterMs: 7_000 });
  });

  it('takes an error that an entry throws like one that it returns', async () => {
    upstream().respondWith({ status: 404 });
    const thrown = new NotFoundError('thrown');

    const error = await failureOf(
      clientOf().get('/x', {
        upstreamErrors: {
          404: () => {
            throw thrown;
          },
        },
      }),
    );

    expect(error).toBe(thrown);
  });

  it.each([
    ['a promise that rejects', () => Promise.reject(new NotFoundError())],
    ['a text', () => 'nope'],
  ])('says what is wrong where an entry makes %s', async (_what, entry) => {
    upstream().respondWith({ status: 404 });
    // What the type forbids, a user without types may write.
    const catalog = clientOf({ upstreamErrors: { 404: entry as unknown as () => Error } });

    await expect(catalog.get('/x')).rejects.toThrow(/"upstreamErrors" must make errors, but one gave/);
  });

  it('takes null, and the very error that it was given, for "not mine"', async () => {
    upstream().respondWith({ status: 404 });
    const entries = [() => null as unknown as undefined, (error: Error) => error];

    const ends = await Promise.all(
      entries.map((entry) =>
        clientOf({ upstreamErrors: { 404: entry } })
          .get('/x')
          .catch((error) => [error.upstreamStatus, error.cause]),
      ),
    );

    expect(ends).toEqual([
      [404, undefined],
      [404, undefined],
    ]);
  });

  it("returns the answer with throwOnStatus: false also under 'unavailable'", async () => {
    upstream().respondWith({ status: 404 });
    const catalog = clientOf({ upstreamErrors: 'unavailable', throwOnStatus: false });

    await expect(catalog.get('/x')).resolves.toMatchObject({ status: 404, ok: false });
  });

  it("hands on the upstream's status, code and title with 'pass', and nothing else of it", async () => {
    const document = {
      type: '/problems/out-of-stock',
      title: 'Out of stock',
      detail: 'db-7 says no',
      sku: 'a',
    };
    upstream().respondWith(problem(409, document));

    const error = await failureOf(clientOf().get('/x', { upstreamErrors: { 409: 'pass' } }));

    expect(isBusinessError(error)).toBe(true);
    expect(error).toMatchObject({
      name: 'PassedBusinessError',
      status: 409,
      code: 'out-of-stock',
      title: 'Out of stock',
      publicDetail: undefined,
      extensions: {},
      cause: { upstreamStatus: 409 },
    });
  });

  it.each([
    [{ status: 403 }, 403, 'forbidden'],
    [problem(403, { code: 'Not a <code>' }), 403, 'forbidden'],
    [{ status: 501 }, 501, 'not-implemented'],
  ])("gives a code of the status where 'pass' finds none: %j", async (step, status, code) => {
    upstream().respondWith(step);

    const error = await failureOf(clientOf().get('/x', { upstreamErrors: { 403: 'pass', 501: 'pass' } }));

    expect(error).toMatchObject({ status, code });
  });

  it.each(['499', 'x-y'])(
    "hands on no 499 with 'pass', asked by %s: that is no status to answer with",
    async (key) => {
      upstream().respondWith(problem(499, { code: 'x-y' }));

      const error = await failureOf(clientOf().get('/x', { upstreamErrors: { [key]: 'pass' } }));

      expect(error).toMatchObject({ status: 502, code: 'dependency-failed', upstreamStatus: 499 });
    },
  );

  it("hands on no control characters of a title with 'pass'", async () => {
    const title = 'Gone\r\nX-Evil: 1\u0000\u001b[31m\u0085\u2028 away\n';
    upstream().respondWith(problem(409, { code: 'taken', title }));

    const error = await failureOf(clientOf().get('/x', { upstreamErrors: { taken: 'pass' } }));

    expect(error).toMatchObject({ title: 'Gone X-Evil: 1 [31m  away' });
  });

  it.each<[string, (client: Client) => Promise<unknown>]>([
    ['the call', (client) => client.get('/x').json()],
    ['the answer', async (client) => (await client.get('/x')).json()],
  ])("folds a body of no use into 503 with 'unavailable', asked of %s", async (_what, ask) => {
    upstream().respondWith('garbage');

    const error = await failureOf(ask(clientOf({ upstreamErrors: 'unavailable' })));

    expect(error).toMatchObject({
      name: 'UpstreamUnavailableError',
      status: 503,
      code: 'dependency-unavailable',
      cause: { reason: 'invalid-json' },
      journal: { attempts: [{}] },
    });
  });

  it("keeps what is known of the upstream's answer with 'unavailable'", async () => {
    upstream().respondWith(problem(409, { code: 'taken', retryable: false }));

    const error = await failureOf(clientOf({ upstreamErrors: 'unavailable' }).get('/x'));

    expect(isUpstreamError(error)).toBe(true);
    expect(error).toMatchObject({
      status: 503,
      code: 'dependency-unavailable',
      dependency: 'catalog',
      reason: 'status-409',
      retryable: false,
      upstreamStatus: 409,
      problem: { code: 'taken' },
      cause: { name: 'UpstreamResponseError' },
    });
  });

  it("folds 502 into 503 with 'unavailable', and leaves 504 alone", async () => {
    const client = clientOf({ baseUrl: await refusedUrl(), retry: false, upstreamErrors: 'unavailable' });

    const error = await failureOf(client.get('/x'));

    expect(error).toMatchObject({
      status: 503,
      code: 'dependency-unavailable',
      cause: { name: 'UpstreamConnectionError' },
    });
    expect(journalOf(error)?.attempts).toHaveLength(1);
  });
});
