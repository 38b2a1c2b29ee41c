import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import { type FakeUpstream, fakeUpstream } from '../../src/testing/index.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const HEADERS = { 'x-request-id': 'req-9', traceparent: `00-${TRACE}-b7ad6b7169203331-01` };

describe('examples/propagation', () => {
  let users: FakeUpstream;
  let app: Express;

  beforeAll(async () => {
    users = await fakeUpstream();
    process.env.USERS_URL = `${users.url}/`;
    // The example reads its environment as it is loaded.
    ({ app } = await import('../../examples/propagation/index.ts'));
  });

  afterAll(async () => {
    delete process.env.USERS_URL;
    await users.close();
  });

  it.each(['/axios', '/fetch'])('%s sends ids and trace along', async (path) => {
    const answer = await request(app).get(path).set(HEADERS);

    const { headers } = await users.nextRequest();
    expect(answer.status).toBe(200);
    expect(headers).toMatchObject({
      'x-request-id': 'req-9',
      'x-correlation-id': 'req-9',
      traceparent: expect.stringMatching(new RegExp(`^00-${TRACE}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`)),
    });
  });

  it('writes them into the message that it publishes', async () => {
    const { published } = await import('../../examples/propagation/queue.ts');

    await request(app).post('/orders').set(HEADERS);

    expect(published.get('orders')?.map(({ headers }) => headers)).toEqual([
      {
        'x-request-id': 'req-9',
        'x-correlation-id': 'req-9',
        traceparent: expect.stringContaining(TRACE),
      },
    ]);
  });
});
