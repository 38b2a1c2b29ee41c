import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type FakeUpstream,
  failing,
  fakeUpstream,
  seededRandom,
  type UpstreamStep,
} from '../../src/testing/index.ts';

/** What no type checker would let pass. */
const untyped = (value: unknown): UpstreamStep => value as UpstreamStep;

describe('a script', () => {
  let upstream: FakeUpstream;

  const statuses = async (...paths: string[]): Promise<number[]> => {
    const seen: number[] = [];
    for (const path of paths) seen.push((await fetch(upstream.url + path)).status);
    return seen;
  };

  beforeEach(async () => {
    upstream = await fakeUpstream();
  });

  afterEach(() => upstream.close().catch(() => undefined));

  it('may be of statuses alone', async () => {
    upstream.script([503, 404, 201]);

    expect(await statuses('/', '/', '/', '/')).toEqual([503, 404, 201, 201]);
  });

  it.each([
    [200, '{}'],
    [299, '{}'],
    [204, ''],
    [300, ''],
    [503, ''],
  ])('gives the status %i the body %j', async (status, body) => {
    upstream.respondWith(status);

    expect(await (await fetch(upstream.url)).text()).toBe(body);
  });

  it('of a path is for that path alone, whatever its query', async () => {
    upstream.respondWith(404);
    upstream.on('/a', [503, 200]);
    upstream.on('/b', ({ method }) => (method === 'GET' ? 201 : 405));

    expect(await statuses('/a?x=1', '/b', '/c', '/a', '/a/b')).toEqual([503, 201, 404, 200, 404]);
  });

  it.each(['reste', 199, 600, 200.5, null, undefined])('is refused with the step %p', (step) => {
    expect(() => upstream.script([untyped(step)])).toThrow(TypeError);
    expect(() => upstream.respondWith(untyped(step))).toThrow('a step must be an answer');
  });

  it('is refused without a step', () => {
    expect(() => upstream.script([])).toThrow(
      new RangeError('fakeUpstream: a script needs at least one step'),
    );
  });

  it('that throws is answered 500, and close() throws what it threw', async () => {
    const bug = new Error('a bug of the test');
    upstream.respondWith(() => {
      throw bug;
    });

    expect(await statuses('/')).toEqual([500]);
    await expect(upstream.close()).rejects.toBe(bug);
  });

  it('that a function gives wrongly is told by close()', async () => {
    upstream.respondWith(() => untyped('reste'));

    expect(await statuses('/')).toEqual([500]);
    await expect(upstream.close()).rejects.toThrow('a step must be an answer');
  });
});

describe('failing', () => {
  const GET = { method: 'GET', url: '/', headers: {}, body: '' };
  const draw = (step: (request: typeof GET) => UpstreamStep): UpstreamStep[] =>
    Array.from({ length: 1_000 }, () => step(GET));

  it('lets its share of the requests fail, the same ones in every run', () => {
    const [first, second] = [failing({ ratio: 0.3, seed: 7 }), failing({ ratio: 0.3, seed: 7 })].map(draw);

    expect(first).toEqual(second);
    expect(first?.filter((step) => step === 503)).toHaveLength(271);
    expect(new Set(first)).toEqual(new Set([200, 503]));
  });

  it.each([
    [0, 'ok'],
    [1, 'reset'],
  ])('with a ratio of %i gives one step alone', (ratio, only) => {
    const step = failing({ ratio, with: 'reset', otherwise: { body: 'ok' } });

    const drawn = new Set(draw(step).map((each) => (typeof each === 'object' ? each.body : each)));

    expect([...drawn]).toEqual([only]);
  });

  it('takes a source of chance instead of a seed', () => {
    const random = seededRandom(7);

    expect(draw(failing({ ratio: 0.3, random }))).toEqual(draw(failing({ ratio: 0.3, seed: 7 })));
  });

  it.each([undefined, {}, { ratio: undefined }])('refuses %j, which has no ratio', (options) => {
    // What no type checker would let pass.
    expect(() => failing(options as never)).toThrow(/^failing: option "ratio" must be a number from 0 to 1/);
  });

  it.each([{ ratio: 2 }, { ratio: 0.5, seed: -1 }, { ratio: 0.5, with: untyped('reste') }])(
    'refuses %j',
    (options) => {
      expect(() => failing(options)).toThrow();
    },
  );
});
