import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readScript } from '../support/child.ts';

interface Footprint {
  readonly circuits: number;
  readonly timers: number;
  readonly bytesEach: number;
}

describe('1 000 circuits', () => {
  let measured: { readonly idle: Footprint; readonly open: Footprint };

  beforeAll(async () => {
    const file = join(__dirname, 'fixtures', 'footprint.ts');
    measured = await readScript(file, { nodeArgs: ['--expose-gc'], timeoutMs: 20_000 });
  }, 25_000);

  it.each(['idle', 'open'] as const)('that are %s have no timer', (state) => {
    expect(measured[state]).toMatchObject({ circuits: 1_000, timers: 0 });
  });

  it.each(['idle', 'open'] as const)('that are %s take less than 10 KiB each', (state) => {
    expect(measured[state].bytesEach).toBeLessThan(10 * 1_024);
  });
});
