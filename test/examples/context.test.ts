import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { app } from '../../examples/context/index.ts';
import { CONTEXT_DEFAULTS } from '../../src/context/index.ts';
import { readText } from '../support/regions.ts';

describe('examples/context', () => {
  it('keeps the context through an upload, an emitter and a batch', async () => {
    const photo = await request(app)
      .post('/photos')
      .set('X-Request-ID', 'upload')
      .attach('photo', Buffer.from('x'.repeat(100_000)), 'cat.jpg');
    const owned = await request(app).get('/photos/7').set('X-Request-ID', 'read');

    expect([photo.status, photo.body]).toEqual([201, { requestId: 'upload', later: 'upload' }]);
    expect(owned.body).toEqual({ owner: 'owner of 7', requestId: 'read' });
  });
});

describe('docs/context.md', () => {
  it('states the defaults that the code has', () => {
    const rows = [...readText('docs/context.md').matchAll(/^\| `(\w+)` +\| `([^`]+)` +\|/gm)];
    const texts = Object.entries(CONTEXT_DEFAULTS).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);

    const stated = rows.filter(([, name = '']) => name in CONTEXT_DEFAULTS).map(([, ...row]) => row);

    expect(stated.length).toBeGreaterThan(2);
    expect(Object.fromEntries(texts)).toMatchObject(Object.fromEntries(stated));
  });
});
