import { describe, expect, it } from '@jest/globals';
import type { UpstreamAnswer } from '../../src/testing/index.ts';
import { calling } from './clients.ts';

const PROBLEM = { type: '/problems/out-of-stock', title: 'Out of stock', left: 0 };
const TYPE = 'application/problem+json';

describe('the problem of an answer', () => {
  const { upstream, clientOf } = calling();

  const problemOf = async (body: string | Uint8Array, type: string | readonly string[] = TYPE) => {
    const answer: UpstreamAnswer = { status: 409, headers: { 'content-type': type }, body };
    upstream().respondWith(answer);
    const call = clientOf().get('/x');
    // Whatever came, the error is of the status.
    await expect(call).rejects.toMatchObject({ reason: 'status-409', upstreamStatus: 409 });
    return call.then(
      () => undefined,
      (error: { problem?: unknown }) => error.problem,
    );
  };

  it.each([
    TYPE,
    'application/problem+json; charset=utf-8',
    'application/problem+json;charset="UTF-8"',
    'Application/Problem+JSON ; q=1',
  ])('is read from %s', async (type) => {
    expect(await problemOf(JSON.stringify(PROBLEM), type)).toEqual(PROBLEM);
  });

  it.each(['application/json', 'text/html', 'application/problem+jsonx', 'x/y;application/problem+json'])(
    'is none in %s',
    async (type) => {
      expect(await problemOf(JSON.stringify(PROBLEM), type)).toBeUndefined();
    },
  );

  it('is read behind a byte order mark', async () => {
    expect(await problemOf(`\ufeff${JSON.stringify(PROBLEM)}`)).toEqual(PROBLEM);
  });

  it.each(['', '[]', '[{"title":"x"}]', '"x"', 'null', '7', '{', '{"a":1}}', '<problem/>'])(
    'is none in %j',
    async (body) => {
      expect(await problemOf(body)).toBeUndefined();
    },
  );

  it('leaves out members of the wrong type', async () => {
    const body = JSON.stringify({
      ...PROBLEM,
      type: 7,
      title: ['x'],
      status: '409',
      detail: null,
      instance: {},
    });

    expect(await problemOf(body)).toEqual({ left: 0 });
  });

  it('leaves out what would change its prototype', async () => {
    const problem = await problemOf('{"title":"x","__proto__":{"status":200,"polluted":true}}');

    expect(problem).toEqual({ title: 'x' });
    expect(Object.getPrototypeOf(problem)).toBe(Object.prototype);
  });

  it('is none beyond 64 KiB', async () => {
    const body = JSON.stringify({ title: 'x', filler: 'x'.repeat(64 * 1024) });

    expect(await problemOf(body)).toBeUndefined();
  });

  it('may be nested as deep as its size allows', async () => {
    const body = `{"title":"x","deep":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;

    expect(await problemOf(body)).toMatchObject({ title: 'x' });
  });

  it('may hold bytes that are no text', async () => {
    const body = Buffer.concat([Buffer.from('{"title":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);

    expect(await problemOf(body)).toEqual({ title: '\ufffd\ufffd' });
  });
});
