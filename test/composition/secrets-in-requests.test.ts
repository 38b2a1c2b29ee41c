import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express5 from 'express';
import { z } from 'zod';
import { clientErrorHandler, requireBody, validate } from '../../src/index.ts';
import { expressMajors } from '../support/express.ts';
import { exchange, serve } from '../support/sockets.ts';
import {
  expectNoSecret,
  hearWarnings,
  SECRET,
  type Sent,
  secretOf,
  type Watched,
  watch,
} from './secrets-support.ts';

const json = (path: string, body: string): Sent => ({ path, type: 'application/json', body });

/** Requests that hold the secret, to routes that fail in their own ways. */
const requests: Readonly<Record<string, Sent>> = {
  headers: {
    path: '/bug',
    headers: [
      `Authorization: Bearer ${secretOf('A')}`,
      `Proxy-Authorization: Basic ${secretOf('B')}`,
      `Cookie: sid=${secretOf('C')}; theme=${secretOf('D')}`,
      `X-Api-Key: ${secretOf('E')}`,
      `X-Tenant: ${secretOf('F')}`,
    ],
  },
  'headers that are not valid': {
    path: '/headers',
    headers: [`Authorization: Bearer ${secretOf('A')}`, `X-Tenant: ${secretOf('B')}`],
  },
  'ids that are none': { path: '/bug', headers: [`X-Request-ID: <${SECRET}>`, `Traceparent: 00-${SECRET}`] },
  'a query': { path: `/bug?token=${SECRET}&q=${SECRET}` },
  'a query of no route': { path: `/nowhere?q=${SECRET}` },
  'a body': json('/bug', `{"a":"${SECRET}"}`),
  'a body that is no JSON': json('/bug', `{"a":${SECRET}}`),
  'a body that is a text': json('/bug', `"${SECRET}"`),
  'a content type': { path: '/checked', type: `text/${SECRET}`, body: SECRET },
  'a body that is not valid': json(
    '/checked',
    `{"kind":"${SECRET}","mail":"${SECRET}","count":"${SECRET}","list":["${SECRET}"]}`,
  ),
  'keys of a body': json('/checked', `{"{\\"p\\":\\"${SECRET}\\"}":1,"list":[{"p=${SECRET}":1}]}`),
};

const checked = validate({
  body: z.strictObject({
    kind: z.enum(['gift', 'order']),
    mail: z.email(),
    count: z.number(),
    list: z.array(z.strictObject({})),
  }),
});
const tenant = z.string().refine(() => false, { error: ({ input }) => `no tenant ${input}` });
const token = z.string().transform((value, context) => {
  context.addIssue(`no user for ${value.split(' ')[1]}`);
  return z.NEVER;
});

describe.each(expressMajors)('a secret on $major', ({ express }) => {
  let app: Watched;

  beforeAll(async () => {
    app = await watch(express, {}, (routes) => {
      routes.get('/headers', validate({ headers: z.object({ 'x-tenant': tenant, authorization: token }) }));
      routes.get('/reset/:token', () => {
        throw new Error('a bug');
      });
      routes.use(express.json());
      routes.all('/bug', () => {
        throw new Error('a bug');
      });
      routes.post('/checked', requireBody(), checked);
    });
  });

  afterAll(() => app.close());

  it.each(Object.entries(requests))('in %s of a request reaches neither', async (_what, request) => {
    await app.expectHidden(request);
  });

  it('in a parameter named for it reaches no line, and the client alone as the path that it sent', async () => {
    const answer = await app.send({ path: `/reset/${SECRET}` });

    expectNoSecret(answer.replace(`"instance":"/reset/${SECRET}"`, '') + app.logs.text);
    expect(app.logs.text).toContain('/reset/[Redacted]');
  });
});

describe('a secret in what never becomes a request', () => {
  it.each([
    ['a malformed header', `GET / HTTP/1.1\r\nX Tenant ${SECRET}: ${SECRET}\r\n\r\n`],
    ['a malformed first line', `GET /${SECRET} HTTP/${SECRET}\r\n\r\n`],
    ['a header that is too large', `GET / HTTP/1.1\r\nX-Tenant: ${SECRET.repeat(5_000)}\r\n\r\n`],
  ])('is not repeated: %s', async (_what, bytes) => {
    const warnings = hearWarnings();
    const server = await serve(express5());
    server.server.on('clientError', clientErrorHandler());

    const answer = await exchange(server.port, bytes);

    await server.close();
    warnings.end();
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expectNoSecret(answer + warnings.heard.join(''));
  });
});
