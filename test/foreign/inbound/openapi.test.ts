import { describe, expect, it } from '@jest/globals';
import { middleware } from 'express-openapi-validator';
import request from 'supertest';
import { expressMajors } from '../../support/express.ts';
import { bytesOf, type ExpressFactory, foreignApp, SECRET } from '../../support/foreign.ts';

const text = { type: 'string', pattern: '^[a-z]+$' } as const;

const apiSpec: Parameters<typeof middleware>[0]['apiSpec'] = {
  openapi: '3.0.3',
  info: { title: 'Orders', version: '1' },
  paths: {
    '/orders/{id}': {
      post: {
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
          { name: 'page', in: 'query', schema: { type: 'integer' } },
          { name: 'X-Tenant', in: 'header', schema: { type: 'integer' } },
          { name: 'sid', in: 'cookie', schema: { type: 'integer' } },
        ],
        requestBody: {
          content: {
            'application/json': {
              schema: { type: 'object', required: ['name'], properties: { name: text, mail: text } },
            },
          },
        },
        responses: { 204: { description: 'done' } },
      },
    },
    '/secured': {
      get: { security: [{ key: [] }], responses: { 204: { description: 'done' } } },
    },
  },
  components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' } } },
};

const createApp = (express: ExpressFactory) =>
  foreignApp(express, (app) => {
    app.use(express.json(), (req, _res, next) => {
      req.cookies = { sid: SECRET };
      next();
    });
    app.use(middleware({ apiSpec, validateRequests: { allErrors: true } }));
  });

describe.each(expressMajors)('a request that express-openapi-validator refuses, on $major', ({ express }) => {
  const post = (path: string) => request(createApp(express)).post(path);

  it('lists what is wrong where', async () => {
    const answer = await post(`/orders/${SECRET}?page=${SECRET}`)
      .set('X-Tenant', SECRET)
      .send({ mail: SECRET });

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'bad-request', detail: expect.stringMatching(/faults$/) });
    expect(answer.body.errors).toEqual([
      { detail: 'must be integer', in: 'query', name: 'page' },
      { detail: 'must be integer', in: 'headers', name: 'x-tenant' },
      { detail: 'must be integer', in: 'params', name: 'id' },
      { detail: 'must be integer', in: 'headers', name: 'cookie.sid' },
      { detail: "must have required property 'name'", pointer: '#/name' },
      { detail: 'must match pattern "^[a-z]+$"', pointer: '#/mail' },
    ]);
    expect(answer.text.replace(/"instance":"[^"]*"/, '')).not.toContain(SECRET);
  });

  it('names a parameter that nobody expects', async () => {
    const answer = await post(`/orders/1?extra=${SECRET}`).send({ name: 'a' });

    expect(answer.status).toBe(400);
    expect(answer.body.errors).toContainEqual({
      detail: "Unknown query parameter 'extra'",
      in: 'query',
      name: 'extra',
    });
    expect(bytesOf(answer)).not.toContain(SECRET);
  });

  it.each([
    ['an unknown path', () => post(`/nowhere?token=${SECRET}`), 404, 'not-found'],
    [
      'another method',
      () => request(createApp(express)).put(`/orders/1?token=${SECRET}`),
      405,
      'method-not-allowed',
    ],
    [
      'another content type',
      () => post('/orders/1').set('Content-Type', `text/${SECRET}`).send('x'),
      415,
      'unsupported-media-type',
    ],
    ['no credentials', () => request(createApp(express)).get(`/secured?${SECRET}`), 401, 'unauthorized'],
  ])('%s', async (_what, send, status, code) => {
    const answer = await send();

    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ code });
    expect(answer.body).not.toHaveProperty('errors');
    expect(bytesOf(answer)).not.toContain(SECRET);
  });

  it('keeps Allow of 405', async () => {
    const answer = await request(createApp(express)).put('/orders/1');

    expect(answer.headers.allow).toBe('POST');
  });
});
