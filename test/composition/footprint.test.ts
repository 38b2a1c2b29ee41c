import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readScript } from '../support/child.ts';

interface Footprint {
  readonly circuits: number;
  readonly timers: number;
  readonly bytesEach: number;
}

describe('1 000 circuits', () => {
  let measured: Readonly<Record<'idle' | 'open' | 'recovered', Footprint>> & { readonly growth: number };

  beforeAll(async () => {
    const file = join(__dirname, 'fixtures', 'footprint.ts');
    measured = await readScript(file, { nodeArgs: ['--expose-gc'], timeoutMs: 20_000 });
  }, 25_000);

  it.each(['idle', 'open', 'recovered'] as const)('that are %s have no timer', (state) => {
    expect(measured[state]).toMatchObject({ circuits: 1_000, timers: 0 });
  });

  it.each(['idle', 'open', 'recovered'] as const)('that are %s take less than 10 KiB each', (state) => {
    expect(measured[state].bytesEach).toBeLessThan(10 * 1_024);
  });

  it('do not grow with their calls', () => {
    // A number for each of 200 000 calls would be 800 KiB at the least.
    expect(measured.growth).toBeLessThan(256 * 1_024);
  });
});
