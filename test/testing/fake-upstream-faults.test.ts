import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FakeUpstream, fakeUpstream, type ManualClock, manualClock } from '../../src/testing/index.ts';
import { dial, exchange } from '../support/sockets.ts';

const GET = 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';

describe('a fake upstream', () => {
  let clock: ManualClock;
  let upstream: FakeUpstream;

  const port = (): number => Number(new URL(upstream.url).port);

  beforeEach(async () => {
    clock = manualClock();
    upstream = await fakeUpstream({ clock });
  });

  afterEach(() => upstream.close());

  it.each([
    ['garbage-bytes', ' this is no HTTP'],
    ['invalid-status', 'HTTP/1.1 2OO OK'],
    ['invalid-chunks', 'transfer-encoding: chunked\r\n\r\nno size\r\n'],
    ['truncate', 'content-length: 1000\r\n'],
    ['truncate', '\r\n\r\n{"id":'],
    ['garbage', 'content-type: application/json\r\n'],
    ['garbage', '<!doctype html>'],
  ] as const)('sends for %s what its name says: %j', async (step, bytes) => {
    upstream.respondWith(step);

    expect(await exchange(port(), GET)).toContain(bytes);
  });

  it.each(['reset', 'reset-mid-body'] as const)('resets the connection for %s', async (step) => {
    upstream.respondWith(step);

    await expect(exchange(port(), GET)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('sends a part of the body for stall-body, and nothing more', async () => {
    upstream.respondWith('stall-body');
    const answer = await fetch(upstream.url);

    const { value } = (await answer.body?.getReader().read()) ?? {};

    expect(String(Buffer.from(value ?? []))).toBe('{"id":');
    expect(upstream.inFlight).toBe(1);
  });

  it('keeps an answer back for its delay', async () => {
    upstream.respondWith({ json: { id: 1 }, delayMs: 100 });
    const answered = fetch(upstream.url).then((answer) => [answer.status, clock.now()]);
    await upstream.nextRequest();

    await clock.advance(99);
    await clock.advance(1);

    expect(await answered).toEqual([200, 100]);
  });

  it('sends the headers at once, and the body after its delay', async () => {
    upstream.respondWith({ json: { id: 1 }, bodyDelayMs: 100 });
    const answer = await fetch(upstream.url);
    const body = answer.json();

    await clock.runUntil(body);

    expect([await body, clock.now()]).toEqual([{ id: 1 }, 100]);
  });

  it.each([
    [{ chunkBytes: 4, everyMs: 10 }, 20],
    [{ chunkBytes: 10, everyMs: 10 }, 0],
    [{ chunkBytes: 9, everyMs: 10 }, 10],
    [{ chunkBytes: 1 }, 0],
    [{ everyMs: 10 }, 0],
  ])('sends ten bytes with %j in %i ms', async (pace, tookMs) => {
    upstream.respondWith({ body: '0123456789', ...pace });

    const text = await clock.runUntil(fetch(upstream.url).then((answer) => answer.text()));

    expect([text, clock.now()]).toEqual(['0123456789', tookMs]);
  });

  it('sends pieces of 1024 bytes where only their distance is written', async () => {
    upstream.respondWith({ body: 'x'.repeat(2_049), everyMs: 10 });

    await clock.runUntil(fetch(upstream.url).then((answer) => answer.text()));

    expect(clock.now()).toBe(20);
  });

  it('takes a coding of the body at its word', async () => {
    upstream.respondWith({ body: 'hello', headers: { 'transfer-encoding': 'chunked' } });

    const answer = await fetch(upstream.url);

    expect([answer.headers.get('content-length'), await answer.text()]).toEqual([null, 'hello']);
  });

  it.each([
    { json: {}, delayMs: 100 },
    { json: {}, bodyDelayMs: 100 },
    { body: 'hello', chunkBytes: 1, everyMs: 100 },
  ])('gives up %j when its caller leaves', async (step) => {
    upstream.respondWith(step);
    const socket = await dial(port());
    socket.write(GET);
    await upstream.nextRequest();
    await clock.waitForTimer();

    socket.destroy();
    await upstream.connectionClosed();

    expect([clock.pendingTimers, upstream.inFlight]).toEqual([0, 0]);
  });

  it('says the time of its clock', async () => {
    const answer = await fetch(upstream.url);

    expect(answer.headers.get('date')).toBe(new Date(clock.wallTime()).toUTCString());
  });

  it.each([
    [7, '7'],
    [new Date(Date.UTC(2026, 0, 2, 3, 4, 5)), 'Fri, 02 Jan 2026 03:04:05 GMT'],
    ['soon', 'soon'],
  ])('writes a Retry-After of %p as %s', async (retryAfter, written) => {
    upstream.respondWith({ retryAfter });

    expect((await fetch(upstream.url)).headers.get('retry-after')).toBe(written);
  });
});
