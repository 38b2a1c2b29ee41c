import { describe, expect, it } from '@jest/globals';
import { readBaggage } from '../../src/context/baggage.ts';
import { trimSpace } from '../../src/context/header-lines.ts';
import { parseTraceparent, parseTracestate } from '../../src/context/index.ts';

// What goes over such a text once for each of its spaces does not come to an end in a test's time.
const SPACED = `a${' '.repeat(1_000_000)}b`;

describe('trimSpace', () => {
  it.each([
    [' \t a \t', 'a'],
    ['a \t b', 'a \t b'],
    [' \t', ''],
    ['', ''],
    ['\u00a0a\n', '\u00a0a\n'],
  ])('takes spaces and tabs off the ends of %j, and nothing else', (text, trimmed) => {
    expect(trimSpace(text)).toBe(trimmed);
  });
});

describe('a header with a million spaces inside', () => {
  it.each([
    ['traceparent', () => parseTraceparent(SPACED)],
    ['tracestate', () => parseTracestate(SPACED)],
    ['baggage', () => readBaggage([SPACED], { log: ['a'], propagate: ['a'] }).baggage],
  ])('is read once as %s, and is none', (_name, read) => {
    expect(read()).toBeUndefined();
  });
});
