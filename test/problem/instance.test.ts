import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { ProblemInstance } from '../../src/problem/index.ts';
import { instanceOf } from '../../src/problem/instance.ts';

const requestFor = (originalUrl: string): IncomingMessage =>
  Object.assign(new IncomingMessage(new Socket()), { url: '/', originalUrl });

const noReport = (): void => undefined;

describe('instanceOf', () => {
  it.each([
    ['/orders/7?token=s3cret', '/orders/7'],
    ['/a#b', '/a'],
    ['/caf\u00e9/"x"<y>', '/caf%C3%A9/%22x%22%3Cy%3E'],
    ['/100%/%41%zz', '/100%25/%41%25zz'],
    ['/a\u{1f600}b', '/a%F0%9F%98%80b'],
    ['/half\ud83d', '/half%EF%BF%BD'],
    ['//evil.example/x', '/evil.example/x'],
    ['*', undefined],
    ['http://host/path', undefined],
    [`/${'x'.repeat(3_000)}`, undefined],
    [`/${'"'.repeat(682)}`, `/${'%22'.repeat(682)}`],
    // Short as it came, too long as it would be answered.
    [`/${'"'.repeat(683)}`, undefined],
  ])('makes of the path of %s %s', (url, expected) => {
    expect(instanceOf('path', requestFor(url), 'r', noReport)).toBe(expected);
  });

  it.each([
    ['6F9619FF-8B86-D011-B42D-00CF4FC964FF', 'urn:uuid:6f9619ff-8b86-d011-b42d-00cf4fc964ff'],
    ['job/7:a b', 'urn:request:job%2F7%3Aa%20b'],
  ])('makes a URN of request id %s', (requestId, expected) => {
    expect(instanceOf('urn', requestFor('/'), requestId, noReport)).toBe(expected);
  });

  it('is absent when switched off', () => {
    expect(instanceOf(false, requestFor('/'), 'r', noReport)).toBeUndefined();
  });

  it('takes what a function gives', () => {
    const kind: ProblemInstance = (req) => `/incidents${req.url}1`;

    expect(instanceOf(kind, requestFor('/'), 'r', noReport)).toBe('/incidents/1');
  });

  it('is absent, without a report, when the function gives nothing', () => {
    const reports: string[] = [];
    const kind: ProblemInstance = () => undefined;

    const instance = instanceOf(kind, requestFor('/'), 'r', (what) => reports.push(what));

    expect([instance, reports]).toEqual([undefined, []]);
  });

  it.each<[string, ProblemInstance]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['gives no URI reference', () => 'two words'],
    ['gives one that cannot be parsed', () => 'http://['],
    // What only a JavaScript caller can write.
    ['gives no text', () => 7 as unknown as string],
  ])('is absent and reported when the function %s', (_what, kind) => {
    const reports: string[] = [];

    const instance = instanceOf(kind, requestFor('/'), 'r', (what) => reports.push(what));

    expect(instance).toBeUndefined();
    expect(reports).toHaveLength(1);
  });
});
