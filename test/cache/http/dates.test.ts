import { describe, expect, it } from '@jest/globals';
import { parseHttpDate } from '../../../src/cache/http/dates.ts';

const NOW = Date.UTC(2026, 5, 1);
const DAY = Date.UTC(1994, 10, 6, 8, 49, 37);

describe('parseHttpDate', () => {
  it.each([
    ['IMF-fixdate', 'Sun, 06 Nov 1994 08:49:37 GMT'],
    ['RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT'],
    ['asctime', 'Sun Nov  6 08:49:37 1994'],
    ['white space around it', ' Sun, 06 Nov 1994 08:49:37 GMT\t'],
  ])('reads a date in the form %s', (_form, value) => {
    expect(parseHttpDate(value, NOW)).toBe(DAY);
  });

  it.each([
    '',
    '0',
    '-1',
    '1994',
    '1994-11-06T08:49:37Z',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 +0000',
    'Sun, 06 Nov 1994 08:49:37 gmt',
    'Sun, 06 Nov 1994 08:49 GMT',
    'Sun, 06 Nov 1994 8:49:37 GMT',
    'Sun, 06 Nov 94 08:49:37 GMT',
    'Sun, 06 nov 1994 08:49:37 GMT',
    'Sun, 06  Nov 1994 08:49:37 GMT',
    'Sun,06 Nov 1994 08:49:37 GMT',
    'Sun 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06 Nov 1994 08:49:37 GMT',
    '06 Nov 1994 08:49:37 GMT',
    'Sun, 06-Nov-94 08:49:37 GMT',
    'Sunday, 06-Nov-1994 08:49:37 GMT',
    'Sunday 06-Nov-94 08:49:37 GMT',
    'Sun Nov 6 08:49:37 1994',
    'Sun Nov  6 08:49:37 1994 GMT',
    'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
  ])('does not read %j, which is nearly one', (value) => {
    expect(parseHttpDate(value, NOW)).toBeUndefined();
  });

  it.each([
    ['day', 'Thu, 31 Feb 2000 00:00:00 GMT'],
    ['day', 'Thu, 00 Feb 2000 00:00:00 GMT'],
    ['day', 'Thu, 29 Feb 2001 00:00:00 GMT'],
    ['hour', 'Thu, 01 Feb 2001 24:00:00 GMT'],
    ['minute', 'Thu, 01 Feb 2001 00:60:00 GMT'],
    ['second', 'Thu, 01 Feb 2001 00:00:61 GMT'],
  ])('does not read a date with a %s that there never was: %s', (_part, value) => {
    expect(parseHttpDate(value, NOW)).toBeUndefined();
  });

  it('reads a leap day and a leap second', () => {
    const dates = ['Tue, 29 Feb 2000 00:00:00 GMT', 'Sat, 31 Dec 2016 23:59:60 GMT'].map((value) =>
      parseHttpDate(value, NOW),
    );

    expect(dates).toEqual([Date.UTC(2000, 1, 29), Date.UTC(2017, 0, 1)]);
  });

  it('takes a year of four digits as it is', () => {
    const first = parseHttpDate('Sat, 01 Jan 0050 00:00:00 GMT', NOW) ?? 0;

    expect(new Date(first).getUTCFullYear()).toBe(50);
  });

  it.each([
    ['00', 2000],
    ['76', 2076],
    ['77', 1977],
    ['99', 1999],
  ])('takes the year %s of two digits for one of at most 50 years ahead', (digits, year) => {
    const date = parseHttpDate(`Monday, 01-Jan-${digits} 00:00:00 GMT`, NOW);

    expect(date).toBe(Date.UTC(year, 0, 1));
  });
});
