import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createUrlBuilder, type UrlParts } from '../../src/client/url.ts';

const scope = { base: new URL('http://[::1]:8080/api/'), allowedHosts: [] };

const pieces = fc.constantFrom(
  ...[
    '/',
    '\\',
    '..',
    '.',
    '%2e',
    '%2F',
    '%5c',
    '%00',
    '?',
    '#',
    '&',
    '=',
    '+',
    ';',
    '@',
    ':',
    ' ',
    '\r\n',
    '\0',
  ],
  ...['http://evil', '[', ']', 'ä', '😀', '\ud800', 'a', ':id', '\u2028'],
);
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(pieces, { minLength: 1 }).map((all) => all.join('')),
);

/** Whether a text has no half of a character. */
const isWhole = (text: string): boolean => !/\p{Surrogate}/u.test(text);

/** The URL of a value, or that it is refused. */
const built = (given: UrlParts): URL | 'refused' => {
  try {
    const { target } = createUrlBuilder(scope)(given);
    const url = new URL(target.href);
    // What was not parsed is what the parser would have made of it.
    const { origin, host, href, pathname, search } = url;
    expect(target).toMatchObject({ origin, host, href, pathname, search });
    return url;
  } catch (error) {
    if (error instanceof TypeError) return 'refused';
    throw error;
  }
};

describe('createUrlBuilder', () => {
  it('keeps any parameter within its segment, and gives it to the server unchanged', () => {
    fc.assert(
      fc.property(hostile, (id) => {
        const url = built({ path: '/things/:id/end', params: { id } });
        if (url === 'refused') {
          // No segment, a step elsewhere, or half a character.
          expect(id === '' || id === '.' || id === '..' || !isWhole(id)).toBe(true);
          return;
        }

        const segments = url.pathname.split('/');
        expect([url.origin, url.search, url.hash]).toEqual(['http://[::1]:8080', '', '']);
        expect(segments.slice(0, 3)).toEqual(['', 'api', 'things']);
        expect(segments.slice(4)).toEqual(['end']);
        expect(decodeURIComponent(segments[3] ?? '')).toBe(id);
      }),
    );
  });

  it('keeps any name and value of the query what they are', () => {
    fc.assert(
      fc.property(hostile, hostile, (name, value) => {
        const url = built({ path: '/things?own=1', query: { [name]: value } });
        if (url === 'refused') {
          expect(isWhole(name) && isWhole(value)).toBe(false);
          return;
        }

        expect([url.origin, url.pathname, url.hash]).toEqual(['http://[::1]:8080', '/api/things', '']);
        expect([...url.searchParams]).toEqual([
          ['own', '1'],
          [name, value],
        ]);
      }),
    );
  });

  it('goes to its own origin, under its own prefix, whatever the path', () => {
    fc.assert(
      fc.property(hostile, fc.boolean(), (text, slash) => {
        const path = slash ? `/${text}` : text;
        const url = built({ path, params: path.includes('/:id') ? { id: '..;' } : {} });

        expect(url === 'refused' || url.href.startsWith('http://[::1]:8080/api/')).toBe(true);
      }),
    );
  });
});
