import { AssertionError } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Boom, boomify, forbidden, internal, notFound, serverUnavailable, unauthorized } from '@hapi/boom';
import { afterAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { expressMajors } from '../../support/express.ts';
import { bytesOf, type ExpressFactory, foreignApp, SECRET, throwingApp } from '../../support/foreign.ts';
import { createError } from '../../support/http-errors.ts';

const UNEXPECTED = 'An unexpected error occurred. Please try again later.';

describe.each(expressMajors)('an error that names a status, on $major', ({ express }) => {
  it.each<[string, () => Error, number, string | undefined]>([
    ['http-errors: exposed', () => createError(409, 'Taken'), 409, 'Taken'],
    ['http-errors: without words', () => createError(404, 'Not Found'), 404, undefined],
    ['http-errors: a server’s', () => createError(503, SECRET), 503, undefined],
    ['http-errors: hidden', () => createError(404, SECRET, { expose: false }), 404, undefined],
    ['http-errors: wrapping another', () => createError(400, new Error(SECRET)), 400, undefined],
    ['boom: 4xx', () => notFound('No such order', { internal: SECRET }), 404, 'No such order'],
    ['boom: without words', () => notFound(), 404, undefined],
    ['boom: 5xx', () => internal(SECRET), 500, undefined],
    ['boom: another 5xx', () => serverUnavailable(SECRET), 503, undefined],
    ['boom: wrapping another', () => boomify(new Error(SECRET), { statusCode: 400 }), 400, undefined],
    ['boom: made of another', () => new Boom(new Error(SECRET), { statusCode: 409 }), 409, undefined],
    ['boom: another, given to a factory', () => forbidden(new Error(SECRET)), 403, undefined],
    ['TypeError', () => new TypeError(SECRET), 500, UNEXPECTED],
    ['RangeError', () => new RangeError(SECRET), 500, UNEXPECTED],
    ['AssertionError', () => new AssertionError({ message: SECRET }), 500, UNEXPECTED],
    ['SyntaxError of our own data', () => new SyntaxError(SECRET), 500, UNEXPECTED],
  ])('%s', async (_what, make, status, detail) => {
    const app = throwingApp(express, () => {
      throw make();
    });

    const answer = await request(app).get('/');

    expect(answer.status).toBe(status);
    expect(answer.body.detail).toBe(detail);
    expect(bytesOf(answer)).not.toContain(SECRET);
  });

  it('boom: keeps the challenge, and no other header', async () => {
    const error = unauthorized('Sign in', 'Bearer', { realm: 'orders' });
    error.output.headers['Set-Cookie'] = SECRET;
    const app = throwingApp(express, () => {
      throw error;
    });

    const answer = await request(app).get('/');

    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="orders", error="Sign in"');
    expect(bytesOf(answer)).not.toContain(SECRET);
  });
});

describe.each(expressMajors)('a file that cannot be sent, on $major', ({ express }) => {
  const folder = mkdtempSync(join(tmpdir(), `${SECRET}-`));
  writeFileSync(join(folder, 'page.txt'), 'abc');
  afterAll(() => rmSync(folder, { recursive: true }));

  const createApp = () =>
    foreignApp(express, (app) => {
      app.use(express.static(folder, { fallthrough: false, dotfiles: 'deny' }));
    });

  it.each<[string, string, Record<string, string>, number]>([
    ['missing', '/none.txt', {}, 404],
    ['hidden', '/.env', {}, 403],
    ['outside of the folder', '/..%2Fetc', {}, 403],
    ['malformed', '/%00', {}, 400],
    ['not as it was', '/page.txt', { 'If-Match': '"other"' }, 412],
    ['shorter than asked', '/page.txt', { Range: 'bytes=9-' }, 416],
  ])('%s', async (_what, path, headers, status) => {
    const answer = await request(createApp()).get(path).set(headers);

    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ status });
    expect(answer.body).not.toHaveProperty('detail');
    expect(answer.headers['content-range']).toBe(status === 416 ? 'bytes */3' : undefined);
    expect(bytesOf(answer)).not.toContain(SECRET);
  });
});

describe.each(expressMajors)('a body that its parser refuses, on $major', ({ express }) => {
  const createApp = (factory: ExpressFactory) =>
    foreignApp(factory, (app) => {
      app.use('/plain', factory.json({ inflate: false }));
      app.use(factory.json({ limit: 50 }), factory.text({ type: 'text/plain' }));
      app.use(factory.urlencoded({ extended: true, parameterLimit: 2 }));
    });
  const post = (path = '/') => request(createApp(express)).post(path).type('json');

  it.each<[string, () => request.Test, number, string, string | undefined]>([
    [
      'an unknown coding',
      () => post().set('Content-Encoding', SECRET),
      415,
      'unsupported-media-type',
      'gzip, deflate',
    ],
    [
      'a coding that is switched off',
      () => post('/plain').set('Content-Encoding', 'gzip'),
      415,
      'unsupported-media-type',
      'identity',
    ],
    [
      'an unknown character set',
      () => post().set('Content-Type', `text/plain; charset=${SECRET}`),
      415,
      'unsupported-media-type',
      undefined,
    ],
    ['a quoted primitive', () => post(), 400, 'malformed-json', undefined],
  ])('%s', async (_what, start, status, code, acceptEncoding) => {
    const answer = await start().send(`"${SECRET}"`);

    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ code });
    expect(answer.headers['accept-encoding']).toBe(acceptEncoding);
    expect(bytesOf(answer)).not.toContain(SECRET);
  });

  it.each([
    ['too large', () => post().send(JSON.stringify(SECRET.repeat(9))), 413, 'content-too-large'],
    ['not JSON', () => post().send(`{"a": ${SECRET}`), 400, 'malformed-json'],
    ['not gzip', () => post().set('Content-Encoding', 'gzip').send(SECRET), 400, 'malformed-encoding'],
    [
      'of too many parameters',
      () => post().type('form').send(`a=${SECRET}&b=1&c=2`),
      413,
      'content-too-large',
    ],
    [
      'nested too deeply',
      () =>
        post()
          .type('form')
          .send(`a${'[b]'.repeat(40)}=${SECRET}`),
      400,
      'bad-request',
    ],
  ])('%s', async (_what, send, status, code) => {
    const answer = await send();

    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ code, detail: expect.stringMatching(/\.$/) });
    expect(bytesOf(answer)).not.toContain(SECRET);
  });
});
