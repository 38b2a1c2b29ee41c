import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createApp } from '../../examples/deadlines/index.ts';
import { REQUEST_DEADLINE_DEFAULTS } from '../../src/problem/index.ts';
import { fakeUpstream } from '../../src/testing/index.ts';
import { fencedBlocks, readText } from '../support/regions.ts';

const EXAMPLE = 'examples/deadlines/index.ts';
const PAGE = 'docs/deadlines.md';

describe(PAGE, () => {
  it('shows the example as it is', () => {
    const [, region = ''] = readText(EXAMPLE).split(/^ *\/\/ #(?:end)?region readme$/m);

    const [block] = fencedBlocks(PAGE);

    expect(block).toEqual({ language: 'ts', source: EXAMPLE, text: region.replaceAll(/^ {2}/gm, '').trim() });
  });

  it('states the default that the code has', () => {
    const [, stated] = /^\| `header` +\| `(\w+)` +\|/m.exec(readText(PAGE)) ?? [];

    expect(stated).toBe(String(REQUEST_DEADLINE_DEFAULTS.header));
  });

  it('has an example that answers a slow catalog for its client, and leaves its connection', async () => {
    const upstream = await fakeUpstream();
    upstream.respondWith('hang');

    const { status, body } = await request(createApp(upstream.url))
      .get('/products')
      .set('X-Request-Timeout-Ms', '1');

    await upstream.close();
    expect([status, body.code]).toEqual([504, 'dependency-timeout']);
  });
});
