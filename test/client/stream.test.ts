import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { type FakeUpstream, fakeUpstream, type ManualClock, manualClock } from '../../src/testing/index.ts';
import { type ByHand, serveByHand, socketClosed } from '../support/by-hand.ts';

describe('a streamed answer', () => {
  let server: ByHand;
  let upstream: FakeUpstream;
  let clock: ManualClock;
  const open: Client[] = [];

  const clientOf = (change: Partial<ClientOptions> = {}): Client => {
    const client = createClient({ name: 'catalog', baseUrl: server.url, retry: false, clock, ...change });
    open.push(client);
    return client;
  };

  const streamOf = async (client: Client, change = {}) => {
    const call = client.get('/x', { stream: true, ...change });
    const response = await server.next();
    return { answer: await call, response };
  };

  beforeEach(async () => {
    [server, upstream] = [await serveByHand(), await fakeUpstream()];
    clock = manualClock();
  });

  afterEach(async () => {
    await Promise.all([server.close(), upstream.close()]);
    await Promise.all(open.splice(0).map((client) => client.close()));
  });

  it('is there with the headers, and hands the body on as it comes', async () => {
    const { answer, response } = await streamOf(clientOf());
    const pieces: string[] = [];
    answer.stream.on('data', (piece) => pieces.push(String(piece)));

    response.write('one');
    await once(answer.stream, 'data');
    response.end('two');
    await once(answer.stream, 'end');

    expect([answer.status, pieces]).toEqual([200, ['one', 'two']]);
  });

  it('can be iterated', async () => {
    const { answer, response } = await streamOf(clientOf());
    response.end('whole');

    const pieces: string[] = [];
    for await (const piece of answer.stream) pieces.push(String(piece));

    expect(pieces.join('')).toBe('whole');
  });

  it.each<[string, (answer: Answer) => Promise<unknown>, unknown]>([
    ['json', (answer) => answer.json(), { id: 1 }],
    ['text', (answer) => answer.text(), '{"id":1}'],
    ['bytes', (answer) => answer.bytes().then(Buffer.from).then(String), '{"id":1}'],
  ])('is read whole by %s(), as often as it is asked', async (_name, read, expected) => {
    upstream.respondWith({ json: { id: 1 } });
    const answer = await clientOf({ baseUrl: upstream.url }).get('/x', { stream: true });

    const values = [await read(answer), await read(answer)];

    expect(values).toEqual([expected, expected]);
  });

  it('is read by the readers of the call too', async () => {
    upstream.respondWith({ json: { id: 1 } });

    const value = clientOf({ baseUrl: upstream.url }).get('/x', { stream: true }).json();

    await expect(value).resolves.toEqual({ id: 1 });
  });

  it('is bounded like any other where it is read whole', async () => {
    upstream.respondWith({ body: 'x'.repeat(101) });
    const client = clientOf({ baseUrl: upstream.url, maxBodyBytes: 100 });
    const answer = await client.get('/x', { stream: true });

    const read = answer.text();

    await expect(read).rejects.toMatchObject({ reason: 'too-large', journal: { stopped: 'success' } });
  });

  it('cannot be read whole once somebody else reads it', async () => {
    upstream.respondWith({ body: 'gone' });
    const answer = await clientOf({ baseUrl: upstream.url }).get('/x', { stream: true });
    await text(answer.stream);

    const read = answer.text();

    await expect(read).rejects.toThrow(/was read or given up already/);
  });

  it("is not bounded by the client's maxBodyBytes", async () => {
    upstream.respondWith({ body: 'x'.repeat(200_000) });
    const client = clientOf({ baseUrl: upstream.url, maxBodyBytes: 100 });

    const answer = await client.get('/x', { stream: true });

    expect(await text(answer.stream)).toHaveLength(200_000);
  });

  it('is bounded by the maxBodyBytes of its call: more ends it and its connection', async () => {
    const client = clientOf({ baseUrl: upstream.url });
    upstream.script([{ body: 'x'.repeat(100) }, 'endless']);
    const options = { stream: true, maxBodyBytes: 100 };
    const fits = await text((await client.get('/x', options)).stream);

    const answer = await client.get('/x', options);
    const read = text(answer.stream);

    expect(fits).toHaveLength(100);
    await expect(read).rejects.toMatchObject({ name: 'UpstreamResponseError', reason: 'too-large' });
    await upstream.connectionClosed();
  });

  it('is not made of an answer of 400 and above', async () => {
    upstream.respondWith({
      status: 409,
      json: { code: 'sold-out' },
      headers: { 'content-type': 'application/problem+json' },
    });

    const call = clientOf({ baseUrl: upstream.url }).get('/x', { stream: true });

    await expect(call).rejects.toMatchObject({ reason: 'status-409', problem: { code: 'sold-out' } });
  });

  it('is in memory for answers that are no live body: of a bad status, and of a fallback', async () => {
    upstream.respondWith({ status: 404, body: 'nothing' });
    const [plain, falling] = [{}, { fallback: { value: 'other' } }].map((change) =>
      clientOf({ baseUrl: upstream.url, ...change }),
    );

    const missing = await plain?.get('/x', { stream: true, throwOnStatus: false });
    const fallback = await falling?.get('/x', { stream: true });

    const texts = [missing, fallback].map((answer) => answer && text(answer.stream));
    expect(await Promise.all(texts)).toEqual(['nothing', 'other']);
  });

  it('is there for an answer without a body too, streamed or not', async () => {
    upstream.respondWith({ status: 204 });
    const client = clientOf({ baseUrl: upstream.url });

    const answers = [await client.get('/x', { stream: true }), await client.get('/x')];

    expect(await Promise.all(answers.map(({ stream }) => text(stream)))).toEqual(['', '']);
  });

  it('comes after retries', async () => {
    upstream.script([{ status: 503 }, { body: 'second' }]);
    const client = clientOf({ baseUrl: upstream.url, retry: { backoff: { baseMs: 0 } } });

    const answer = await client.get('/x', { stream: true });

    expect(await text(answer.stream)).toBe('second');
    expect(answer.journal.attempts).toHaveLength(2);
  });

  it('is a success with its headers, for breaker and journal', async () => {
    const client = clientOf();

    const { answer } = await streamOf(client);

    expect(client.breaker?.snapshot()).toMatchObject({ successes: 1 });
    expect(answer.journal).toMatchObject({ stopped: 'success', attempts: [{ status: 200 }] });
    answer.stream.destroy();
  });

  it('that breaks off is an error, and no short success', async () => {
    const call = clientOf().get('/x', { stream: true });
    const response = await server.next({ 'content-length': '100' });
    const answer = await call;
    const read = text(answer.stream);
    response.write('{"half":', () => response.destroy());

    await expect(read).rejects.toMatchObject({
      name: 'UpstreamResponseError',
      reason: 'truncated',
      upstreamStatus: 200,
      journal: { attempts: [{ status: 200 }] },
    });
  });

  it('that is reset is an error, folded as upstreamErrors ask', async () => {
    const { answer, response } = await streamOf(clientOf({ upstreamErrors: 'unavailable' }));
    const read = text(answer.stream);
    response.write('half', () => response.socket?.resetAndDestroy());

    await expect(read).rejects.toMatchObject({ reason: 'truncated', status: 503 });
  });

  it('that breaks off brings nothing down where nobody reads it, and tells whoever reads later', async () => {
    const { answer, response } = await streamOf(clientOf());
    response.write('half', () => response.destroy());
    while (!answer.stream.destroyed) await setImmediate();

    const read = answer.text();

    await expect(read).rejects.toMatchObject({ reason: 'truncated' });
    await socketClosed(response);
  });
});
