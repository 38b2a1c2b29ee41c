import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createApp } from '../../examples/breaker/index.ts';
import { BREAKER_DEFAULTS } from '../../src/resilience/index.ts';
import { type FakeUpstream, fakeUpstream } from '../../src/testing/index.ts';
import { fencedBlocks, readText } from '../support/regions.ts';

const EXAMPLE = 'examples/breaker/index.ts';
const PAGE = 'docs/breaker.md';

const section = (title: string): string =>
  readText(PAGE)
    .split(/^## /m)
    .find((part) => part.startsWith(title)) ?? '';

describe(PAGE, () => {
  it('shows the example as it is', () => {
    const [, region = ''] = readText(EXAMPLE).split(/^ *\/\/ #(?:end)?region readme$/m);

    const [block] = fencedBlocks(PAGE);

    expect(block).toEqual({ language: 'ts', source: EXAMPLE, text: region.replaceAll(/^ {2}/gm, '').trim() });
  });

  it('states the defaults that the code has', () => {
    const rows = [...section('Options').matchAll(/^\| `(\w+)` +\| (?:`([^`]+)`|none) +\|/gm)];

    const stated = rows.map(([, name = '', value]) => [name, value]);

    expect(Object.fromEntries(stated)).toEqual(
      Object.fromEntries(
        Object.entries(BREAKER_DEFAULTS).map(([name, value]) => [name, JSON.stringify(value)]),
      ),
    );
  });

  it("tells of each of opossum's options what stands for it", () => {
    const described = readText('node_modules/opossum/lib/circuit.js').matchAll(
      /@param \{\w+(?:\[\])?\} options\.(\w+)/g,
    );

    const told = [...section("opossum's options").matchAll(/`(\w+)`/g)].map(([, name]) => name);

    expect([...described].map(([, name]) => name).filter((name) => !told.includes(name))).toEqual([]);
  });

  describe('has an example that', () => {
    const carriers: FakeUpstream[] = [];
    const appOf = async () => {
      carriers.push(await fakeUpstream(), await fakeUpstream());
      const [sick, well] = carriers.map(({ url }) => url);
      carriers[0]?.respondWith({ status: 500 });
      return { sick: new URL(sick ?? '').host, app: createApp({ sick: sick ?? '', well: well ?? '' }) };
    };
    const end = () => Promise.all(carriers.splice(0).map((each) => each.close()));

    it('opens the circuit of the carrier that is down alone', async () => {
      const { app } = await appOf();
      carriers[1]?.respondWith({ json: { cents: 490 } });
      const codes: unknown[] = [];
      for (let call = 0; call < 5; call += 1) codes.push((await request(app).get('/rates/sick')).body.code);

      const { status, body } = await request(app).get('/rates/well');

      await end();
      expect([codes.at(3), codes.at(4), status, body]).toEqual([
        'dependency-failed',
        'circuit-open',
        200,
        { cents: 490 },
      ]);
    });

    it('shows its circuits, and disables one', async () => {
      const { app, sick } = await appOf();
      for (let call = 0; call < 4; call += 1) await request(app).get('/rates/sick');
      const before = await request(app).get('/ops/circuits');
      await request(app).post(`/ops/circuits/${encodeURIComponent(sick)}/disable`);

      const { body } = await request(app).get('/rates/sick');
      const { body: after } = await request(app).get('/ops/circuits');

      await end();
      expect([before.body, body.code, after]).toMatchObject([
        [{ key: 'shipping' }, { key: sick, state: 'open', failures: 4 }],
        'dependency-failed',
        [{ key: 'shipping' }, { key: sick, state: 'closed', mode: 'disabled' }],
      ]);
    });
  });
});
