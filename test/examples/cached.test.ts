import { afterEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { app, database } from '../../examples/cached/index.ts';
import { CACHED_DEFAULTS } from '../../src/guard/cached-options.ts';
import { readText } from '../support/regions.ts';

describe('examples/cached', () => {
  afterEach(() => {
    database.isDown = false;
  });

  it('answers from the last good value, and says so, while the database is down', async () => {
    await request(app).get('/prices/tea');
    database.isDown = true;

    const { status, body, headers } = await request(app).get('/prices/tea');

    expect([status, body]).toEqual([200, { sku: 'tea', cents: 250, dataFreshness: 'stale' }]);
    expect(headers).toMatchObject({
      'cache-control': 'no-cache',
      warning: '110 - "Response is Stale"',
    });
    expect(headers['cache-status']).toMatch(/^prices; hit; ttl=-\d+; detail=network$/);
  });

  it('answers fresh again as soon as the database is back', async () => {
    database.isDown = true;
    await request(app).get('/prices/milk');
    database.isDown = false;

    const { body, headers } = await request(app).get('/prices/milk');

    expect(body).toEqual({ sku: 'milk', cents: 250, dataFreshness: 'fresh' });
    expect(headers).not.toHaveProperty('cache-status');
  });

  it('has nothing to stand in with once the value was purged', async () => {
    await request(app).get('/prices/jam');
    await request(app).put('/prices/jam');
    database.isDown = true;

    const { status } = await request(app).get('/prices/jam');

    expect(status).toBe(502);
  });
});

describe('docs/cached.md', () => {
  it('states the defaults that the code has', () => {
    const rows = [...readText('docs/cached.md').matchAll(/^\| `(\w+)` +\| `([^`]+)` +\|/gm)];

    const stated = Object.fromEntries(rows.map(([, name, value]) => [name, value]));

    const defaults = Object.entries(CACHED_DEFAULTS).map(([name, value]) => [name, JSON.stringify(value)]);
    expect(stated).toEqual(Object.fromEntries(defaults));
  });
});
