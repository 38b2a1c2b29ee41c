import { describe, expect, it } from '@jest/globals';
import { FormData as FormDataOfPackage } from 'undici';
import { readRequestBody } from '../../src/client/request-body.ts';

/** What the first attempt of a POST sends, as text. */
const sentOf = async (given: Parameters<typeof readRequestBody>[1]) => {
  const body = readRequestBody('POST', given);
  const opened = await body?.open();
  const content = opened?.content;
  if (content !== undefined && typeof content !== 'string' && !(content instanceof Uint8Array))
    return { stream: true };
  return content === undefined
    ? undefined
    : { type: body?.contentType, text: Buffer.from(content).toString() };
};

describe('readRequestBody', () => {
  it.each([
    [{}, undefined],
    [{ json: { a: 1 } }, { type: 'application/json', text: '{"a":1}' }],
    [{ json: null }, { type: 'application/json', text: 'null' }],
    [{ body: 'x' }, { type: 'text/plain;charset=UTF-8', text: 'x' }],
    [{ body: '' }, { type: 'text/plain;charset=UTF-8', text: '' }],
    [{ body: Buffer.from('x') }, { type: undefined, text: 'x' }],
    [{ body: new Uint8Array([120]).buffer }, { type: undefined, text: 'x' }],
    [
      { body: new URLSearchParams({ a: 'b c', d: '&' }) },
      { type: 'application/x-www-form-urlencoded;charset=UTF-8', text: 'a=b+c&d=%26' },
    ],
    [{ body: new Blob(['x'], { type: 'text/csv' }) }, { type: 'text/csv', text: 'x' }],
    [{ body: new Blob(['x']) }, { type: undefined, text: 'x' }],
  ])('reads %j', async (given, sent) => {
    expect(await sentOf(given)).toEqual(sent);
  });

  it.each([
    ['a Buffer', () => Buffer.from('first'), (bytes: Uint8Array) => bytes.fill(0)],
    [
      'an ArrayBuffer',
      () => new TextEncoder().encode('first').buffer,
      (it: ArrayBuffer) => new Uint8Array(it).fill(0),
    ],
  ])('copies %s, so that an attempt made again sends the same', async (_what, make, change) => {
    const bytes = make();

    const body = readRequestBody('PUT', { body: bytes });
    // Each row's function changes what the row makes.
    change(bytes as never);

    const { content } = (await body?.open()) ?? {};
    expect(Buffer.from(content as Uint8Array).toString()).toBe('first');
  });

  it('encodes a form once, as it was when it was given', async () => {
    const form = new FormData();
    form.append('name', 'Ada');
    form.append('file', new Blob(['x,y'], { type: 'text/csv' }), 'data.csv');

    const body = readRequestBody('POST', { body: form });
    form.append('late', 'no');

    const [first, second] = [await body?.open(), await body?.open()];
    const text = Buffer.from(first?.content as Uint8Array).toString();
    const [, boundary = ''] = /^multipart\/form-data; boundary=(.+)$/.exec(body?.contentType ?? '') ?? [];
    expect(text.startsWith(`--${boundary}\r\n`)).toBe(true);
    expect(text).toMatch(/name="name"\r\n\r\nAda/);
    expect(text).toMatch(/name="file"; filename="data\.csv"\r\nContent-Type: text\/csv\r\n\r\nx,y/);
    expect(text).not.toMatch(/late/);
    expect(second?.content).toEqual(first?.content);
  });

  it('encodes a form of another make', async () => {
    const form = new FormDataOfPackage();
    form.append('file', new Blob(['x,y']), 'data.csv');

    // What the two classes share is all that is read.
    const body = readRequestBody('POST', { body: form });

    const { content } = (await body?.open()) ?? {};
    expect(Buffer.from(content as Uint8Array).toString()).toMatch(/filename="data\.csv"[\s\S]*x,y/);
  });

  it('asks a function anew for each attempt', async () => {
    let made = 0;
    const body = readRequestBody('POST', {
      body: async () => {
        made += 1;
        return `part ${made}`;
      },
    });

    const contents = [await body?.open(), await body?.open()].map((each) => each?.content);

    expect(contents).toEqual(['part 1', 'part 2']);
    expect(body?.isReplayable).toBe(true);
  });

  it.each([undefined, null, 7, {}, () => 'x'])('refuses a function that makes %p', async (made) => {
    // Plain JavaScript may make anything.
    const body = readRequestBody('POST', { body: () => made as never });

    await expect(body?.open()).rejects.toThrow(TypeError);
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

  it.each([new Date(), {}, [], 7, new DataView(new ArrayBuffer(1))])('refuses the body %p', (body) => {
    expect(() => readRequestBody('POST', { body })).toThrow(/"body" must be a text, bytes/);
  });
});
