import { getEventListeners, once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { runWithContext, tryGetContext } from '../../src/context/index.ts';
import { type ManualClock, manualClock } from '../../src/testing/index.ts';
import { type ByHand, serveByHand, socketClosed } from '../support/by-hand.ts';
import { requestRecord } from '../support/records.ts';

const CHUNK = 'x'.repeat(64 * 1024);

describe('the end of a streamed answer', () => {
  let server: ByHand;
  let clock: ManualClock;
  let caller: AbortController;
  let request: AbortController;
  let client: Client;

  const clientOf = (change: Partial<ClientOptions> = {}): Client =>
    createClient({
      name: 'catalog',
      baseUrl: server.url,
      retry: false,
      clock,
      timeout: { attemptMs: 300, totalMs: 1_000 },
      bulkhead: { maxConcurrent: 1, maxQueue: 0 },
      ...change,
    });

  const begin = async (deadline?: number) => {
    const record = requestRecord({ signal: request.signal, deadline });
    const call = runWithContext(record, () => client.get('/x', { stream: true, signal: caller.signal }));
    const response = await server.next();
    const { stream } = await call;
    return { stream, response };
  };

  const next = async () => {
    const call = client.get('/next');
    (await server.next()).end();
    return (await call).status;
  };

  const nothingLeft = () => [
    clock.pendingTimers,
    getEventListeners(caller.signal, 'abort').length,
    getEventListeners(request.signal, 'abort').length,
  ];

  beforeEach(async () => {
    server = await serveByHand();
    clock = manualClock();
    [caller, request] = [new AbortController(), new AbortController()];
    client = clientOf();
  });

  afterEach(async () => {
    expect(nothingLeft()).toEqual([0, 0, 0]);
    await server.close();
    await client.close();
  });

  it('holds the slot of its call until then, and leaves nothing behind', async () => {
    const { stream, response } = await begin();
    const refused = await client.get('/y').catch((error: Error) => error.name);

    response.end('all');
    const read = await text(stream);

    expect([refused, read, await next()]).toEqual(['BulkheadFullError', 'all', 200]);
  });

  it('comes at once where the stream is destroyed: socket and slot are free', async () => {
    const { stream, response } = await begin();

    stream.destroy();

    await socketClosed(response);
    expect(await next()).toBe(200);
  });

  it('comes where a reader leaves its loop', async () => {
    const { stream, response } = await begin();
    response.write('one');

    for await (const _piece of stream) break;

    await socketClosed(response);
    expect(await next()).toBe(200);
  });

  it.each<[string, unknown]>([
    ['an error', new Error('left')],
    ['a text', 'left'],
    ['any object', { any: 'value' }],
  ])('comes when the caller gives up, with its own reason: %s', async (_name, reason) => {
    const { stream, response } = await begin();
    const read = text(stream);

    caller.abort(reason);

    await expect(read).rejects.toBe(reason);
    await socketClosed(response);
    expect(await next()).toBe(200);
  });

  it('comes when the caller gives up for no reason at all', async () => {
    const { stream, response } = await begin();
    const read = text(stream);

    caller.abort(null);

    await expect(read).rejects.toThrow('null');
    await socketClosed(response);
  });

  it('comes when the client of the request leaves', async () => {
    const { stream, response } = await begin();
    const reason = new Error('client left');
    const read = text(stream);

    request.abort(reason);

    await expect(read).rejects.toBe(reason);
    await socketClosed(response);
  });

  it('comes with the deadline of the request', async () => {
    const { stream, response } = await begin(250);
    const failed = expect(text(stream)).rejects.toMatchObject({
      name: 'UpstreamTimeoutError',
      scope: 'deadline',
      timeoutMs: 250,
    });

    await clock.advance(251);

    await failed;
    await socketClosed(response);
  });

  it('comes where no piece came for the time of an attempt, counted from the last one', async () => {
    const { stream, response } = await begin();
    await clock.advance(299);
    response.write('one');
    await once(stream, 'data');
    const failed = expect(text(stream)).rejects.toMatchObject({
      name: 'UpstreamTimeoutError',
      reason: 'idle-timeout',
      scope: 'attempt',
      timeoutMs: 300,
      status: 504,
      journal: { attempts: [{ status: 200 }] },
    });

    await clock.advance(299);
    const open = stream.destroyed;
    await clock.advance(1);

    expect(open).toBe(false);
    await failed;
    await socketClosed(response);
    expect(await next()).toBe(200);
  });

  it('does not come with the total time while the stream flows', async () => {
    const { stream, response } = await begin();
    const pieces: string[] = [];
    stream.on('data', (piece) => pieces.push(String(piece)));

    for (let piece = 0; piece < 10; piece += 1) {
      response.write('x');
      await once(stream, 'data');
      await clock.advance(299);
    }
    response.end();
    await once(stream, 'end');

    expect([clock.now(), pieces.join('')]).toEqual([2_990, 'x'.repeat(10)]);
  });

  it('comes where nobody reads for the total time while more waits', async () => {
    const { stream, response } = await begin();
    const pour = (): void => {
      while (!response.destroyed && response.write(CHUNK));
    };
    response.on('drain', pour);
    pour();
    await clock.waitForTimer();
    while (stream.readableLength < CHUNK.length) await setImmediate();

    await clock.advance(999);
    const open = stream.destroyed;
    await clock.advance(1);

    expect(open).toBe(false);
    await expect(text(stream)).rejects.toMatchObject({ reason: 'unread-timeout', timeoutMs: 1_000 });
    await socketClosed(response);
    expect(await next()).toBe(200);
  });

  it('gives a reader who is slow, but reads, all of it', async () => {
    const { stream, response } = await begin();
    for (let piece = 0; piece < 8; piece += 1) response.write(CHUNK);
    response.end();
    let size = 0;
    for await (const piece of stream) {
      size += Buffer.byteLength(piece);
      await clock.advance(290);
    }

    expect(size).toBe(8 * CHUNK.length);
  });

  it('frees slot and connection of a short answer that nobody reads as soon as it came', async () => {
    const { stream, response } = await begin();

    response.end('short');
    while (clock.pendingTimers > 0) await setImmediate();

    expect([await next(), await text(stream)]).toEqual([200, 'short']);
  });

  it('has no limits but its signals with `timeout: false`', async () => {
    client = clientOf({ timeout: false });

    const { stream } = await begin();

    expect(clock.pendingTimers).toBe(0);
    stream.destroy();
    await once(stream, 'close');
  });

  it('is told in the context of the request', async () => {
    const { stream, response } = await begin();
    const ids: unknown[] = [];
    const note = (): number => ids.push(tryGetContext()?.requestId);
    runWithContext(requestRecord(), () => stream.on('data', note).on('end', note));

    response.end('one');
    await once(stream, 'close');

    expect(ids).toEqual(['req-1', 'req-1']);
  });
});
