import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { z } from 'zod';
import { createEventHub } from '../../src/events/index.ts';
import { problemHandler } from '../../src/problem/index.ts';
import { type RequireBodyOptions, requireBody, validate } from '../../src/validation/index.ts';
import { expressMajors } from '../support/express.ts';
import { exchange, serve } from '../support/sockets.ts';

describe.each(expressMajors)('requireBody on $major', ({ major, express }) => {
  const orders = {
    before: (options?: RequireBodyOptions) => [requireBody(options), express.json({ type: '*/*' })],
    behind: (options?: RequireBodyOptions) => [express.json({ type: '*/*' }), requireBody(options)],
    without: (options?: RequireBodyOptions) => [requireBody(options)],
  };
  const createApp = (place: keyof typeof orders, options?: RequireBodyOptions) => {
    const app = express();
    app.all('/', ...orders[place](options), (_req, res) => {
      res.status(204).end();
    });
    app.use(problemHandler({ events: createEventHub() }));
    return app;
  };

  describe.each(['before', 'behind', 'without'] as const)('%s the body parser', (place) => {
    it.each(['application/json', 'Application/JSON; charset=utf-8', 'application/json;x="a;b"'])(
      'lets a body of %s pass',
      async (type) => {
        const answer = await request(createApp(place)).post('/').set('Content-Type', type).send('{}');

        expect(answer.status).toBe(204);
      },
    );

    it('answers 400 to a request without a body', async () => {
      const answer = await request(createApp(place)).post('/').set('Content-Type', 'application/json');

      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: 'missing-body', detail: 'The request has no body' });
    });

    it('answers 415 to a body of another type and says what is taken', async () => {
      const answer = await request(createApp(place)).post('/').set('Content-Type', 'text/plain').send('{}');

      expect(answer.status).toBe(415);
      expect(answer.body).toMatchObject({
        code: 'unsupported-media-type',
        detail: 'The request body must be application/json',
      });
      expect(answer.headers).toMatchObject({
        accept: 'application/json',
        'accept-post': 'application/json',
      });
    });
  });

  it.each([
    ['PUT', undefined, undefined],
    ['POST', 'application/json', undefined],
    ['PATCH', undefined, 'application/json'],
  ])('adds the header of its own that %s has', async (method, post, patch) => {
    const send = request(createApp('before'));
    const call = { PUT: send.put('/'), POST: send.post('/'), PATCH: send.patch('/') }[method];

    const answer = await call?.set('Content-Type', 'text/plain').send('x');

    expect(answer?.headers.accept).toBe('application/json');
    expect(answer?.headers['accept-post']).toBe(post);
    expect(answer?.headers['accept-patch']).toBe(patch);
  });

  it.each([
    ['application/*+json', 'application/merge-patch+json', 204],
    ['application/*+json', 'application/json', 415],
    ['application/*+json', 'application/+json', 415],
    ['application/*', 'application/xml', 204],
    ['text/*', 'application/text', 415],
    ['*/*', 'image/png', 204],
    ['TEXT/CSV', 'text/csv', 204],
  ])('with %s answers a body of %s with %i', async (type, given, status) => {
    const app = createApp('without', { types: [type] });

    const answer = await request(app).post('/').set('Content-Type', given).send(Buffer.from('{}'));

    expect(answer.status).toBe(status);
  });

  it.each([
    ['no type', ''],
    ['a type that is none', 'Content-Type: application\r\n'],
    ['two slashes', 'Content-Type: application/json/x\r\n'],
    ['a list', 'Content-Type: application/json, application/json\r\n'],
    ['an overlong type', `Content-Type: application/json;x=${'y'.repeat(10_000)}\r\n`],
    ['bytes beyond ASCII', 'Content-Type: application/js\u00f6n\r\n'],
  ])('answers 415 to a body with %s, even with "*/*"', async (_what, header) => {
    const { port, close } = await serve(createApp('without', { types: ['*/*'] }));

    const answer = await exchange(
      port,
      `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${header}Content-Length: 2\r\n\r\n{}`,
    );

    expect(answer).toMatch(/^HTTP\/1.1 415 /);
    await close();
  });

  it('takes a chunked body for a body', async () => {
    const { port, close } = await serve(createApp('behind'));
    const head =
      'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked';

    const answer = await exchange(port, `${head}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`);

    expect(answer).toMatch(/^HTTP\/1.1 204 /);
    await close();
  });

  it.each([
    ['before', 204],
    ['behind', 400],
  ] as const)('answers an empty chunked body %s the body parser with %i', async (place, status) => {
    const { port, close } = await serve(createApp(place));
    const head =
      'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked';

    const answer = await exchange(port, `${head}\r\n\r\n0\r\n\r\n`);

    expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(answer.includes('"code":"missing-body"')).toBe(status === 400);
    await close();
  });

  it.each([
    ['application/json', 200],
    ['  application/json  ; charset = utf-8', 200],
    ['APPLICATION/JSON;charset="utf-8";x="a\\"b;c"', 200],
    ['application/json;', 415],
    ['application/json; ', 415],
    ['APPLICATION/JSON ;x', 415],
    ['application/json;x=', 415],
    ['application/json;x=a b', 415],
    ['application/json;x="a', 415],
    ['application/json;x=a;;y=b', 415],
    ['application/json\t;x=a', 415],
    ['application/json+', 415],
    ['application/json+a+b', 415],
    ["application/json+'", 415],
    ['appli.cation/json', 415],
    ['*/*', 415],
    ['application/+json', 415],
    [`application/${'x'.repeat(128)}`, 415],
  ])('lets pass only what the parser behind it reads: %j', async (type, status) => {
    const types = ['*/*'];
    const app = express();
    app.post('/', requireBody({ types }), express.text({ type: types }), (req, res) => {
      res.json(req.body);
    });
    app.use(problemHandler({ events: createEventHub() }));
    const { port, close } = await serve(app);

    const answer = await exchange(
      port,
      `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: 2\r\n\r\n{}`,
    );

    expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(answer.includes('\r\n\r\n"{}"')).toBe(status === 200);
    await close();
  });

  it('counts a body as missing that the parser before it did not take', async () => {
    const app = express();
    app.post('/', express.json(), requireBody({ types: ['text/csv'] }), (req, res) => {
      res.json(req.body);
    });
    app.use(problemHandler({ events: createEventHub() }));

    const answer = await request(app).post('/').set('Content-Type', 'text/csv').send('a,b');

    // Express 4 parses what it does not take to {}, so nothing shows that it was not read.
    expect([answer.status, answer.body.code]).toEqual(
      major === 'Express 4' ? [200, undefined] : [400, 'missing-body'],
    );
  });

  it('leaves to validate() one clear fault where it is not mounted', async () => {
    const app = express();
    app.post('/', validate({ body: z.object({ sku: z.string() }) }));
    app.use(problemHandler({ events: createEventHub() }));

    const none = await request(app).post('/');
    const unread = await request(app).post('/').send({ sku: 'a' });

    expect([none.status, none.body.errors]).toEqual([
      422,
      [{ detail: 'The request has no body', pointer: '#' }],
    ]);
    expect(unread.body.errors).toEqual([
      {
        detail: 'The request body was not read: bodies of its Content-Type are not read here',
        pointer: '#',
      },
    ]);
  });
});

describe('requireBody', () => {
  const expects =
    'a list, each item a media type such as "application/json", "application/*+json" or "text/*"';

  it.each([
    [{ types: 'text/csv' }, TypeError, `"types" must be ${expects}, at least one, but was "text/csv"`],
    [{ types: [] }, RangeError, `"types" must be ${expects}, at least one, but was an array`],
    [{ types: ['json'] }, RangeError, 'but was an array'],
    [{ types: ['a/b; q=1'] }, RangeError, 'but was an array'],
    [{ types: ['a/b\r\nX: y'] }, RangeError, 'but was an array'],
    [{ types: [7] }, RangeError, 'but was an array'],
    [{ type: ['a/b'] }, TypeError, 'requireBody: unknown option "type"; known are types'],
  ])('refuses %j', (options, kind, message) => {
    // What only a JavaScript caller can write.
    const create = () => requireBody(options as RequireBodyOptions);

    expect(create).toThrow(kind);
    expect(create).toThrow(message);
  });
});
