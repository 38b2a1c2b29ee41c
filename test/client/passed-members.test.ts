import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { ConflictError } from '../../src/errors/index.ts';
import { type FakeUpstream, fakeUpstream } from '../../src/testing/index.ts';

const PROBLEM = {
  type: '/problems/out-of-stock',
  title: 'Out of stock',
  status: 409,
  detail: 'None left of "a"',
  instance: '/warehouse/7',
  requestId: 'theirs',
  sku: 'a',
  left: { here: 0, there: [1, 2] },
  host: 'db-7',
};

describe('upstreamErrors that pass members on', () => {
  let upstream: FakeUpstream;
  const open: Client[] = [];

  const failureOf = async (
    document: object,
    upstreamErrors: ClientOptions['upstreamErrors'],
    ofCall?: ClientOptions['upstreamErrors'],
  ): Promise<unknown> => {
    upstream.respondWith({
      status: 409,
      headers: { 'content-type': 'application/problem+json' },
      body: JSON.stringify(document),
    });
    const client = createClient({ name: 'stock', baseUrl: upstream.url, retry: false, upstreamErrors });
    open.push(client);
    return client.get('/x', { upstreamErrors: ofCall }).catch((error: unknown) => error);
  };

  beforeEach(async () => {
    upstream = await fakeUpstream();
  });

  afterEach(async () => {
    await upstream.close();
    await Promise.all(open.splice(0).map((client) => client.close()));
  });

  it('hand on what is listed, and nothing else', async () => {
    const error = await failureOf(PROBLEM, { 409: { pass: ['sku', 'left', 'absent'] } });

    expect(error).toMatchObject({ status: 409, code: 'out-of-stock', title: 'Out of stock' });
    expect(error).toMatchObject({ publicDetail: undefined, cause: { problem: PROBLEM } });
    expect(error).toHaveProperty('extensions', { sku: 'a', left: { here: 0, there: [1, 2] } });
  });

  it('hand on the detail where it is listed, on one line', async () => {
    const error = await failureOf(
      { ...PROBLEM, detail: 'None\r\nleft\u0000' },
      { 409: { pass: ['detail'] } },
    );

    expect(error).toMatchObject({ publicDetail: 'None left' });
    expect(error).toHaveProperty('extensions', {});
  });

  it.each([
    ['a text that is too long', 'x'.repeat(2_000)],
    ['a list that is too long', Array.from({ length: 1_001 }, () => 1)],
    ['null', null],
  ])('leave out %s', async (_what, sku) => {
    const error = await failureOf({ ...PROBLEM, sku }, { 409: { pass: ['sku', 'host'] } });

    expect(error).toHaveProperty('extensions', { host: 'db-7' });
  });

  it('cut a detail that is too long', async () => {
    const error = await failureOf({ ...PROBLEM, detail: 'x'.repeat(5_000) }, { 409: { pass: ['detail'] } });

    expect(error).toMatchObject({ publicDetail: 'x'.repeat(2_000) });
  });

  it('leave out what is nested deeper than can be written', async () => {
    const body = `{"code":"deep","sku":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    upstream.respondWith({ status: 409, headers: { 'content-type': 'application/problem+json' }, body });
    const client = createClient({
      name: 'stock',
      baseUrl: upstream.url,
      upstreamErrors: { deep: { pass: ['sku'] } },
    });
    open.push(client);

    await expect(client.get('/x')).rejects.toMatchObject({ status: 409, code: 'deep', extensions: {} });
  });

  it('are asked per call before per client', async () => {
    const ofClient = { 409: { pass: ['sku'] } };

    const byFunction = await failureOf(PROBLEM, ofClient, { 409: () => new ConflictError('Mine') });
    const byMembers = await failureOf(PROBLEM, ofClient, { 'out-of-stock': { pass: ['host'] } });

    expect(byFunction).toMatchObject({ message: 'Mine' });
    expect(byMembers).toHaveProperty('extensions', { host: 'db-7' });
  });

  it.each<[string, unknown, string]>([
    [
      'a reserved name',
      { pass: ['sku', 'requestId'] },
      '"upstreamErrors.409.pass" must be a list of members that our own answer does not write, but was "requestId"',
    ],
    [
      'the name __proto__',
      { pass: ['__proto__'] },
      '"upstreamErrors.409.pass" must be a list of members that our own answer does not write, but was "__proto__"',
    ],
    [
      'retryable, which is handed on anyway',
      { pass: ['retryable'] },
      '"upstreamErrors.409.pass" must be a list of members that our own answer does not write, but was "retryable"',
    ],
    [
      'a name that is no text',
      { pass: [7] },
      '"upstreamErrors.409.pass" must be a list, each item a text that is not empty, but was an array',
    ],
    [
      'no list',
      { pass: 'sku' },
      '"upstreamErrors.409.pass" must be a list, each item a text that is not empty, but was "sku"',
    ],
    ['another key', { passs: ['sku'] }, 'unknown option "passs" in "upstreamErrors.409"; known are pass'],
    [
      'nothing',
      {},
      '"upstreamErrors.409.pass" must be a list, each item a text that is not empty, but was undefined',
    ],
    [
      'another word',
      'fail',
      '"upstreamErrors.409" must be a function, "pass" or { pass: [...] }, but was "fail"',
    ],
    ['null', null, '"upstreamErrors.409" must be a function, "pass" or { pass: [...] }, but was null'],
  ])('refuse %s at creation', (_what, entry, words) => {
    // Callers without types pass anything.
    const upstreamErrors = { 409: entry } as unknown as ClientOptions['upstreamErrors'];

    expect(() => createClient({ name: 'x', baseUrl: 'http://x', upstreamErrors })).toThrow(words);
  });
});
