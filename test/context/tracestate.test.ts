import { describe, expect, it } from '@jest/globals';
import { parseTracestate } from '../../src/context/index.ts';

const members = (count: number, valueLength = 1): string =>
  Array.from({ length: count }, (_each, index) => `k${index}=${'v'.repeat(valueLength)}`).join(',');

describe('parseTracestate', () => {
  it.each([
    ['foo=1,bar=2', 'foo=1,bar=2'],
    [' foo=1 \t, ,bar=2,,', 'foo=1,bar=2'],
    ['foo= 1', 'foo= 1'],
    ['foo@=1', 'foo@=1'],
    ['a@b@c=1', 'a@b@c=1'],
    ['0day=1', '0day=1'],
    ['foo=1,bar=2,foo=3', 'foo=1,bar=2'],
    [`${'k'.repeat(256)}=1`, `${'k'.repeat(256)}=1`],
  ])('passes %s on', (header, kept) => {
    expect(parseTracestate(header)).toBe(kept);
  });

  it.each([
    ['an upper-case key', 'foo=1,BAR=2'],
    ['a key that is too long', `${'k'.repeat(257)}=1`],
    ['an empty key', '=1'],
    ['no equals sign', 'foo'],
    ['an empty value', 'foo='],
    ['an equals sign in a value', 'foo=1=2'],
    ['a value that is too long', `foo=${'v'.repeat(257)}`],
    ['bytes outside of ASCII', 'foo=ä'],
    ['33 members', members(33)],
  ])('drops everything for %s', (_what, header) => {
    expect(parseTracestate(header)).toBeUndefined();
  });

  it.each([undefined, '', ' , '])('is undefined for nothing in %p', (header) => {
    expect(parseTracestate(header)).toBeUndefined();
  });

  it('keeps 512 characters as they are', () => {
    const header = `${members(1, 125)},${'a'.repeat(128)}=${'v'.repeat(254)}`;

    expect(header).toHaveLength(512);
    expect(parseTracestate(header)).toBe(header);
  });

  it('drops long members first when it is over its length', () => {
    const long = `long=${'v'.repeat(200)}`;

    expect(parseTracestate(`a=1,${long},${long.replace('long', 'more')},b=2,z=${'v'.repeat(256)}`)).toBe(
      'a=1,b=2',
    );
  });

  it('drops whole members from the right when that is not enough', () => {
    const kept = parseTracestate(members(32, 20)) ?? '';

    expect(kept.length).toBeLessThanOrEqual(512);
    expect(members(32, 20).startsWith(`${kept},`)).toBe(true);
  });
});
