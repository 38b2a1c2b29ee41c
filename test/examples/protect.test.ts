import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { app } from '../../examples/protect/index.ts';
import { app as partial } from '../../examples/protect/partial.ts';
import { readScript } from '../support/child.ts';

describe('examples/protect', () => {
  it('answers what the protected function gives', async () => {
    const response = await request(app).get('/products/tea/reviews');

    expect(response.body).toEqual(['tea: as expected']);
  });

  it('answers the fallback when the function fails', async () => {
    const response = await request(app).get('/products/outage/reviews');

    expect([response.status, response.body]).toEqual([200, []]);
  });

  it('answers in parts, and says what is missing', async () => {
    const whole = await request(partial).get('/products/tea');

    const part = await request(partial).get('/products/outage');

    expect(whole.body).toEqual({ id: 'tea', title: 'Tea', reviews: ['tea: as expected'], missing: [] });
    expect(part.body).toEqual({
      id: 'outage',
      title: 'Tea',
      reviews: [],
      missing: [{ name: 'reviews', code: 'internal-server-error' }],
    });
  });

  it('answers what the client must know instead of parts', async () => {
    const response = await request(partial).get('/products/unknown');

    expect([response.status, response.body.detail]).toEqual([404, 'No such product']);
  });

  it('guards a method, as tsx runs it', async () => {
    const ROOT = join(__dirname, '..', '..');
    const env = { TSX_TSCONFIG_PATH: join(ROOT, 'test', 'tsconfig.json') };

    const printed = await readScript(join(ROOT, 'examples', 'protect', 'guarded.ts'), { env });

    expect(printed).toEqual([['tea: as expected'], [], 'fallback', 'internal-server-error', 'closed']);
  });
});
