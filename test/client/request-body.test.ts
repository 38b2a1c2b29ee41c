import { describe, expect, it } from '@jest/globals';
import { readRequestBody } from '../../src/client/request-body.ts';

describe('readRequestBody', () => {
  it.each([
    [{}, undefined],
    [{ json: { a: 1 } }, { content: '{"a":1}', contentType: 'application/json' }],
    [{ json: null }, { content: 'null', contentType: 'application/json' }],
    [{ body: 'x' }, { content: 'x', contentType: 'text/plain;charset=UTF-8' }],
  ])('reads %j', (given, body) => {
    expect(readRequestBody('POST', given)).toEqual(body);
  });

  it('copies bytes, so that an attempt made again sends the same', () => {
    const bytes = Buffer.from('first');

    const body = readRequestBody('PUT', { body: bytes });
    bytes.write('other');

    expect(Buffer.from(body?.content ?? '').toString()).toBe('first');
  });

  it('refuses both kinds at once', () => {
    expect(() => readRequestBody('POST', { json: 1, body: 'x' })).toThrow(TypeError);
  });

  it.each(['GET', 'HEAD', 'TRACE'])('refuses a body for %s', (method) => {
    expect(() => readRequestBody(method, { json: 1 })).toThrow(TypeError);
  });

  it('refuses JSON that cannot be written', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;

    for (const json of [circle, 1n, () => 1])
      expect(() => readRequestBody('POST', { json })).toThrow(TypeError);
  });

  it('refuses a body that cannot be sent', () => {
    // Plain JavaScript may pass anything.
    expect(() => readRequestBody('POST', { body: new Date() as never })).toThrow(TypeError);
  });
});
