import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FakeUpstream, fakeUpstream, type UpstreamStep } from '../../src/testing/index.ts';

const circular: Record<string, unknown> = {};
circular.self = circular;

/** What no type checker would let pass, most of it. */
const WRONG: readonly [string, unknown, typeof TypeError | typeof RangeError][] = [
  ['a bigint as JSON', { json: 1n }, TypeError],
  ['a circle as JSON', { json: circular }, TypeError],
  ['a function as JSON', { json: () => 1 }, TypeError],
  ['a status too small', { status: 42 }, RangeError],
  ['a status too large', { status: 1000 }, RangeError],
  ['no bytes in a piece', { chunkBytes: 0 }, RangeError],
  ['less than no bytes in a piece', { chunkBytes: -1 }, RangeError],
  ['a header without a value', { headers: { a: undefined } }, RangeError],
  ['a header of two lines', { headers: { a: 'b\r\nc: d' } }, RangeError],
  ['a header name with a space', { headers: { 'a b': 'c' } }, RangeError],
  ['an object as body', { body: {} }, TypeError],
  ['a member that is none', { stauts: 500 }, TypeError],
  ['two bodies', { json: 1, body: '1' }, TypeError],
  ['a delay that is no number', { delayMs: Number.NaN }, TypeError],
  ['an invalid moment', { retryAfter: new Date(Number.NaN) }, RangeError],
  ['a Retry-After of two lines', { retryAfter: '1\r\na: b' }, RangeError],
  ['a list', [503], TypeError],
  ['a promise', Promise.resolve(503), TypeError],
];

describe('a step with', () => {
  let upstream: FakeUpstream;

  beforeEach(async () => {
    upstream = await fakeUpstream();
  });

  afterEach(() => upstream.close().catch(() => undefined));

  it.each(WRONG)('%s is refused at once', (_what, step, kind) => {
    // See above.
    const given = [step as UpstreamStep];

    expect(() => upstream.script(given)).toThrow(kind);
    expect(() => upstream.on('/x', given)).toThrow(/^fakeUpstream: /);
  });

  it.each(WRONG)('%s from a function is answered 500, and told by close()', async (_what, step, kind) => {
    // See above.
    upstream.respondWith(() => step as UpstreamStep);

    const { status } = await fetch(upstream.url);

    expect(status).toBe(500);
    await expect(upstream.close()).rejects.toThrow(kind);
  });

  it('a path that no request can have is refused', () => {
    expect(() => upstream.on('x', 200)).toThrow(RangeError);
    expect(() => upstream.on('/x?y', 200)).toThrow(RangeError);
  });

  it('headers of several lines, bytes, and an empty text is taken', async () => {
    upstream.script([
      { headers: { 'set-cookie': ['a=1', 'b=2'] }, body: new Uint8Array([97]) },
      { body: '' },
    ]);

    const answer = await fetch(upstream.url);

    expect([answer.headers.getSetCookie(), await answer.text()]).toEqual([['a=1', 'b=2'], 'a']);
  });
});
