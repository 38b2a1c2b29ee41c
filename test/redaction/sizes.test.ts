import { describe, expect, it } from '@jest/globals';
import { createRedactor, describeError } from '../../src/redaction/index.ts';

const MAX_CHARACTERS = 32_768;

/** A chain of causes with long messages and long stacks. */
const longError = () => {
  let error = new Error('0');
  for (let depth = 1; depth < 20; depth += 1) {
    error = new Error('m'.repeat(10_000), { cause: error });
    error.stack = `Error: m\n${'    at x (file:1:1)\n'.repeat(5_000)}`;
  }
  return error;
};
const lengthOf = (value: unknown): number => JSON.stringify(value).length;

describe('an object', () => {
  it.each<[string, unknown]>([
    ['texts', Array(5_000).fill('x'.repeat(10_000))],
    ['errors', Array.from({ length: 50 }, longError)],
  ])('has so many characters of %s, whatever their number', (_what, list) => {
    const copy = createRedactor([]).value({ list });

    // One error more, and "[Truncated]" for each of the rest.
    expect(lengthOf(copy)).toBeLessThan(2.2 * MAX_CHARACTERS + lengthOf(Array(5_000).fill('[Truncated]')));
  });
});

describe('an error', () => {
  it('has so many characters, with its causes, and its own stack goes before theirs', () => {
    const record = describeError(longError());

    expect(lengthOf(record)).toBeLessThan(1.2 * MAX_CHARACTERS);
    expect(record.stack).toHaveLength(8_001);
    expect(record.cause?.cause?.cause?.message).toMatch(/^m+…$/);
    expect(record.cause?.cause?.cause?.cause).not.toHaveProperty('stack');
  });
});
