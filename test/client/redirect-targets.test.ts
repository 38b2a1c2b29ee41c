import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextHop } from '../../src/client/redirects.ts';
import { readHosts } from '../../src/context/index.ts';

const hop = (target: string) => ({
  method: 'GET',
  target: new URL(target),
  headers: {},
  content: undefined,
});
const scope = (base: string, ...allowed: string[]) => ({
  base: new URL(base),
  allowedHosts: readHosts(allowed),
  propagateTo: [],
});
const led = (from: string, location: string, ...allowed: string[]): string | undefined =>
  nextHop(hop(from), { status: 302, headers: { location } }, scope('https://catalog/', ...allowed))?.target
    .href;

describe('nextHop', () => {
  it.each([
    ['https://catalog/a', 'http://catalog/b', 'catalog'],
    ['https://images/a', 'http://images/b', 'images'],
  ])('never goes from %s down to %s', (from, location, allowed) => {
    expect(led(from, location, allowed)).toBeUndefined();
  });

  it('goes up to https', () => {
    expect(led('http://images/a', 'https://images/b', 'images')).toBe('https://images/b');
  });

  it('leads to its own origin and to allowed hosts alone, whatever is said', () => {
    const pieces = fc.constantFrom(
      '/',
      '\\',
      '@',
      ':',
      '#',
      '?',
      '.',
      'catalog',
      'evil',
      'http',
      'https',
      '%2e',
      '\t',
      ' ',
    );
    const locations = fc.oneof(
      fc.webUrl(),
      fc.string(),
      fc.array(pieces).map((all) => all.join('')),
    );

    fc.assert(
      fc.property(locations, (location) => {
        const target = led('https://catalog/a', location);

        expect(target === undefined || target.startsWith('https://catalog/')).toBe(true);
      }),
    );
  });
});
