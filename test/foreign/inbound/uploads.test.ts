import { describe, expect, it } from '@jest/globals';
import multer from 'multer';
import request from 'supertest';
import { expressMajors } from '../../support/express.ts';
import { bytesOf, type ExpressFactory, foreignApp, SECRET } from '../../support/foreign.ts';

const LIMITS = { fieldNameSize: 20, fieldSize: 10, fields: 2, fileSize: 10, files: 1, parts: 2 };

const createApp = (express: ExpressFactory) =>
  foreignApp(express, (app) => {
    app.post('/', multer({ limits: LIMITS }).single('photo'), (_req, res) => {
      res.end();
    });
  });

const filename = `${SECRET}.png`;
const multipart = 'multipart/form-data; boundary=x';

describe.each(expressMajors)('a form that multer refuses, on $major', ({ express }) => {
  const post = () => request(createApp(express)).post('/');

  it.each([
    [
      'LIMIT_FILE_SIZE',
      () => post().attach('photo', Buffer.from('x'.repeat(20)), { filename }),
      { status: 413, code: 'content-too-large', detail: 'A file is larger than allowed.', field: 'photo' },
    ],
    [
      'LIMIT_UNEXPECTED_FILE',
      () => post().attach('other', Buffer.from('x'), { filename }),
      {
        status: 400,
        code: 'bad-request',
        detail: 'The form has a file where none is expected.',
        field: 'other',
      },
    ],
    [
      'LIMIT_FIELD_VALUE',
      () => post().field('name', SECRET.repeat(3)),
      {
        status: 413,
        code: 'content-too-large',
        detail: 'A form field is larger than allowed.',
        field: 'name',
      },
    ],
    [
      'LIMIT_FIELD_COUNT',
      () => post().field('a', SECRET.slice(0, 9)).field('b', '1').field('c', '1'),
      { status: 413, code: 'content-too-large', detail: 'The form has too many fields.' },
    ],
    [
      'LIMIT_PART_COUNT',
      () => post().field('a', '1').attach('photo', Buffer.from('x'), { filename }).field('b', '1'),
      { status: 413, code: 'content-too-large', detail: 'The form has too many parts.' },
    ],
    [
      'LIMIT_FIELD_KEY',
      () => post().field('n'.repeat(50), '1'),
      { status: 413, code: 'content-too-large', detail: 'The name of a form field is too long.' },
    ],
    [
      'MISSING_FIELD_NAME',
      () =>
        post()
          .set('Content-Type', multipart)
          .send(`--x\r\nContent-Disposition: form-data\r\n\r\n${SECRET}\r\n--x--\r\n`),
      { status: 400, code: 'bad-request', detail: 'A form field has no name.' },
    ],
  ])('%s', async (_code, send, expected) => {
    const answer = await send();

    expect(answer.status).toBe(expected.status);
    expect(answer.body).toMatchObject(expected);
    expect(bytesOf(answer)).not.toContain(SECRET);
  });

  // busboy's errors have a message alone: these pin them.
  it.each([
    ['Boundary not found', 'multipart/form-data', `--x\r\n${SECRET}`],
    ['Malformed part header', multipart, `--x\r\n: ${SECRET}\r\n\r\n\r\n--x--\r\n`],
    [
      'Unexpected end of form, in a field',
      multipart,
      `--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n${SECRET}`,
    ],
    [
      'Unexpected end of form, in a file',
      multipart,
      `--x\r\nContent-Disposition: form-data; name="photo"; filename="${SECRET}"\r\n\r\nab`,
    ],
  ])('busboy: %s', async (_message, type, body) => {
    const answer = await post().set('Content-Type', type).send(body);

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      code: 'malformed-multipart',
      title: 'Malformed multipart form',
      detail: 'The request body is not a valid multipart form.',
    });
    expect(bytesOf(answer)).not.toContain(SECRET);
  });
});
