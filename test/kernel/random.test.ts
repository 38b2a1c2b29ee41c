import { describe, expect, it } from '@jest/globals';
import { systemRandom } from '../../src/kernel/index.ts';

describe('systemRandom', () => {
  it('gives numbers from 0 (included) to 1 (excluded)', () => {
    const numbers = Array.from({ length: 100 }, systemRandom);

    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  });
});
