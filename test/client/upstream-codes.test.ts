import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { ConflictError, NotFoundError } from '../../src/errors/index.ts';
import { type FakeUpstream, fakeUpstream } from '../../src/testing/index.ts';

describe('the keys of upstreamErrors', () => {
  let upstream: FakeUpstream;
  const open: Client[] = [];

  const failureOf = async (
    status: number,
    document: object,
    upstreamErrors: ClientOptions['upstreamErrors'],
  ): Promise<unknown> => {
    upstream.respondWith({
      status,
      headers: { 'content-type': 'application/problem+json' },
      body: JSON.stringify(document),
    });
    const client = createClient({ name: 'stock', baseUrl: upstream.url, retry: false, upstreamErrors });
    open.push(client);
    return client.get('/x').catch((error: unknown) => error);
  };

  beforeEach(async () => {
    upstream = await fakeUpstream();
  });

  afterEach(async () => {
    await upstream.close();
    await Promise.all(open.splice(0).map((client) => client.close()));
  });

  const TYPES = [
    'out-of-stock',
    '/problems/out-of-stock',
    'urn:problem:out-of-stock',
    'https://e.example/out-of-stock',
    'https://e.example/p#out-of-stock',
    'https://e.example#/p/out-of-stock',
    'https://e.example/p/out-of-stock/',
    'https://e.example/p/out-of-stock#',
    'https://e.example/p/out-of-stock?v=1/2',
    '//e.example/out-of-stock//?v=1#',
  ];

  it.each(TYPES)('match the end of the type %s', async (type) => {
    const error = await failureOf(409, { type }, { 'out-of-stock': () => new ConflictError('matched') });

    expect(error).toMatchObject({ message: 'matched' });
  });

  it.each(TYPES)("are the code that 'pass' hands on of the type %s", async (type) => {
    const error = await failureOf(409, { type, title: 'Out' }, { 409: 'pass' });

    expect(error).toMatchObject({ code: 'out-of-stock', title: 'Out' });
  });

  it.each(['http://localhost', 'http://localhost/', 'http://localhost:8080/?a#', '/', '#', ''])(
    'match no end of a type without one: %j',
    async (type) => {
      const entry = () => new ConflictError('matched');

      const error = await failureOf(409, { type }, { localhost: entry, a: entry, 409: 'pass' });

      expect(error).toMatchObject({ name: 'PassedBusinessError', code: 'conflict', title: 'Conflict' });
    },
  );

  it.each([{ type: 'https://httpstatuses.io/404' }, { type: '404' }, { code: '404' }])(
    'that are statuses match the status alone, not %j',
    async (document) => {
      const error = await failureOf(500, document, { 404: () => new NotFoundError('matched') });

      expect(error).toMatchObject({ upstreamStatus: 500 });
    },
  );

  it.each(['about:blank', 'About:Blank', 'about:blank#'])(
    "are none for %s, of which 'pass' hands on the status alone",
    async (type) => {
      const blank = () => new ConflictError('matched');

      const error = await failureOf(404, { type, title: 'Nope' }, { blank, 404: 'pass' });

      expect(error).toMatchObject({ status: 404, code: 'not-found', title: 'Not Found' });
    },
  );

  it('match a code that stands beside about:blank', async () => {
    const error = await failureOf(409, { type: 'about:blank', code: 'taken' }, { taken: 'pass' });

    expect(error).toMatchObject({ status: 409, code: 'taken' });
  });

  const create = (upstreamErrors: unknown) => () =>
    // Callers without types pass anything.
    createClient({
      name: 'stock',
      baseUrl: 'http://x',
      upstreamErrors: upstreamErrors as ClientOptions['upstreamErrors'],
    });

  it.each([
    '',
    '4xx',
    '5XX',
    '*',
    'default',
    '404 ',
    ' 404',
    '0404',
    '399',
    '600',
    '40',
    'Not Found',
    'a: b',
  ])('are refused where nothing can match them: %j', (key) => {
    expect(create({ [key]: 'pass' })).toThrow(RangeError);
    expect(create({ [key]: 'pass' })).toThrow(
      /^createClient\("stock"\): option "upstreamErrors" has ".*, which is no error status, code or problem type$/,
    );
  });

  it.each([
    ...TYPES.filter((type) => type.length > 0),
    '400',
    '599',
    'taken',
    'OUT_OF_STOCK',
    'outOfStock',
    '2fa-required',
    'stock.empty',
    'about:blank',
  ])('may be %j', async (key) => {
    const client = create({ [key]: 'pass' })();
    open.push(client);

    expect(client.name).toBe('stock');
  });

  it.each([
    ['a Map', new Map([[404, 'pass']])],
    ['a Set', new Set(['404'])],
    ['a list', ['pass']],
  ])('stand in an object, not in %s', (_what, upstreamErrors) => {
    expect(create(upstreamErrors)).toThrow(TypeError);
    expect(create(upstreamErrors)).toThrow(
      /option "upstreamErrors" must be .*"unavailable" or an? (?:plain )?object/,
    );
  });

  it('are refused in the options of a call, too', async () => {
    const client = create(undefined)();
    open.push(client);

    await expect(client.get('/x', { upstreamErrors: { '4xx': 'pass' } })).rejects.toThrow(
      'client "stock": option "upstreamErrors" has "4xx", which is no error status, code or problem type',
    );
    await expect(client.get('/x', { upstreamErrors: new Map() as never })).rejects.toThrow(TypeError);
  });

  it('end soon on a type as long as a document may be', async () => {
    const type = `x${'/'.repeat(60_000)}?${'#'.repeat(4_000)}`;

    const error = await failureOf(409, { type }, { 409: 'pass' });

    expect(error).toMatchObject({ status: 409, code: 'x' });
  });
});
