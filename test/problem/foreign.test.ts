import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createEventHub } from '../../src/events/index.ts';
import { problemHandler } from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';
import { createError } from '../support/http-errors.ts';

const SECRET = 'tok_4f9a1c';

describe.each(expressMajors)(
  'problemHandler › when Express or a parser refuses, on $major',
  ({ express }) => {
    const createApp = () => {
      const app = express();
      const verify = () => {
        throw new Error(`signature ${SECRET} does not match`);
      };
      app.use('/signed', express.json({ verify }));
      app.use(express.json({ limit: 100 }));
      app.use(express.urlencoded({ extended: true, parameterLimit: 2 }));
      app.get('/items/:id', (_req, res) => {
        res.end();
      });
      app.get('/file', (_req, res) => {
        res.sendFile(`/${SECRET}/missing.txt`);
      });
      app.get('/shaped', () => {
        throw createError(402, 'Come back with a ticket');
      });
      app.get('/wrapped', (_req, _res, next) => {
        next(createError(400, new Error(`db password ${SECRET}`)));
      });
      app.get('/hidden', () => {
        throw Object.assign(new Error(SECRET), { status: 404, statusCode: 404, expose: false });
      });
      app.get('/range', () => {
        throw Object.assign(new Error('range'), {
          status: 416,
          statusCode: 416,
          expose: true,
          headers: { 'Content-Range': 'bytes */3', 'Set-Cookie': SECRET },
        });
      });
      app.get('/upstream', () => {
        throw Object.assign(new Error(SECRET), {
          status: 401,
          response: { status: 401 },
          isAxiosError: true,
        });
      });
      app.use(problemHandler({ events: createEventHub() }));
      return app;
    };

    const post = (path: string) => request(createApp()).post(path).set('Content-Type', 'application/json');

    it.each([
      ['bad JSON', () => post('/').send(`{"token": "${SECRET}" x`), 400, 'malformed-json'],
      ['a JSON body that is no object', () => post('/').send(`"${SECRET}"`), 400, 'malformed-json'],
      ['a body over the limit', () => post('/').send(`{"a":"${'x'.repeat(200)}"}`), 413, 'content-too-large'],
      [
        'an unknown character set',
        () => post('/').set('Content-Type', 'application/json; charset=klingon').send('{}'),
        415,
        'unsupported-media-type',
      ],
      [
        'an unknown content encoding',
        () => post('/').set('Content-Encoding', 'squeeze').send('{}'),
        415,
        'unsupported-media-type',
      ],
      [
        'broken gzip',
        () => post('/').set('Content-Encoding', 'gzip').send(`not gzip ${SECRET}`),
        400,
        'malformed-encoding',
      ],
      ['a refusing verify hook', () => post('/signed').send('{}'), 403, 'forbidden'],
      [
        'too many parameters',
        () => request(createApp()).post('/').type('form').send('a=1&b=2&c=3'),
        413,
        'content-too-large',
      ],
      ['a malformed path parameter', () => request(createApp()).get('/items/%zz'), 400, 'malformed-url'],
      ['a missing file', () => request(createApp()).get('/file'), 404, 'not-found'],
      [
        'an HTTP client error of another server',
        () => request(createApp()).get('/upstream'),
        502,
        'dependency-failed',
      ],
    ])('answers %s by a text of its own', async (_what, send, status, code) => {
      const answer = await send();

      expect(answer.status).toBe(status);
      expect(answer.body).toMatchObject({ type: `/problems/${code}`, status, code });
      expect(answer.text + JSON.stringify(answer.headers)).not.toContain(SECRET);
    });

    it('names the limit that a body exceeded', async () => {
      const answer = await post('/').send(`{"a":"${'x'.repeat(200)}"}`);

      expect(answer.body).toMatchObject({ detail: 'The request body is larger than allowed.', limit: 100 });
    });

    it('shows the message of an error that http-errors made and exposes', async () => {
      const answer = await request(createApp()).get('/shaped');

      expect(answer.body).toMatchObject({
        status: 402,
        title: 'Payment Required',
        detail: 'Come back with a ticket',
      });
    });

    it('says nothing of an error that http-errors only wrapped', async () => {
      const answer = await request(createApp()).get('/wrapped');

      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain(SECRET);
      expect(answer.body).not.toHaveProperty('detail');
    });

    it('says nothing of an error that is not exposed', async () => {
      const answer = await request(createApp()).get('/hidden');

      expect(answer.status).toBe(404);
      expect(answer.body).not.toHaveProperty('detail');
    });

    it('keeps Content-Range of 416 and no other header of a foreign error', async () => {
      const answer = await request(createApp()).get('/range');

      expect(answer.headers['content-range']).toBe('bytes */3');
      expect(answer.headers).not.toHaveProperty('set-cookie');
    });
  },
);
