import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { addContext, type BreakwaterOptions, breakwater } from '../../src/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';

const hmac = { key: 'a key of sixteen', keyId: 'k1' };

describe.each(expressMajors)('breakwater({ log }) on $major', ({ express }) => {
  const linesWith = async (log: BreakwaterOptions['log']) => {
    const logs = captureLogs();
    const { before, after } = breakwater({ service: 'orders', log: { ...log, stream: logs.stream } });
    const app = express();
    app.use(before);
    app.get('/', (_req, res) => {
      addContext({ userId: 'lovelace' });
      res.setHeader('ETag', '"7"');
      throw new Error('a bug');
    });
    app.use(after);
    await request(app).get('/?page=2&q=x').set({ 'User-Agent': 'curl/8', 'X-Request-ID': 'req-1' });
    const access = await logs.waitFor(({ event }) => event === 'http.server.request');
    logs.expectNoDuplicateKeys();
    return { access, failure: logs.expectSingleFailure('req-1') };
  };

  it('prints what is listed of headers and query, and hashes of address and user', async () => {
    const { access, failure } = await linesWith({
      headers: ['User-Agent'],
      responseHeaders: ['content-type'],
      query: ['page'],
      ip: 'hmac',
      userId: 'hmac',
      hmac,
    });

    expect(access).toMatchObject({
      headers: { 'user-agent': 'curl/8' },
      responseHeaders: { 'content-type': expect.stringContaining('application/problem+json') },
      query: { page: '2' },
      ip: expect.stringMatching(/^k1:[\da-f]{16}$/),
      userId: expect.stringMatching(/^k1:[\da-f]{16}$/),
    });
    expect(failure.userId).toBe(access.userId);
  });

  it('leaves out address and user', async () => {
    const lines = await linesWith({ ip: 'off', userId: 'off' });

    expect(JSON.stringify(lines)).not.toMatch(/127\.0\.0|::|lovelace/);
  });

  it.each<[object, string]>([
    [
      { headers: ['Cookie'] },
      'accessLog: option "headers" must be a list of names whose values are no secrets',
    ],
    [{ ip: 'hmac' }, 'accessLog: option "hmac.key" must be'],
    [{ userId: 'hmac' }, 'createLogger: option "hmac.key" must be'],
    [{ userId: 'hash' }, 'createLogger: option "userId" must be one of "off", "truncate", "hmac", "plain"'],
  ])('refuses %j', (log, message) => {
    expect(() => breakwater({ service: 'orders', log })).toThrow(message);
  });
});
