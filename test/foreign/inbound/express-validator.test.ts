import { describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import { body, checkExact, cookie, header, oneOf, param, query, validationResult } from 'express-validator';
import request from 'supertest';
import { type ErrorMapper, validatorErrors } from '../../../src/index.ts';
import { expressMajors } from '../../support/express.ts';
import { bytesOf, type ExpressFactory, foreignApp, SECRET } from '../../support/foreign.ts';

const createApp = (
  express: ExpressFactory,
  chains: readonly RequestHandler[],
  mapErrors: readonly ErrorMapper[] = [],
) =>
  foreignApp(
    express,
    (app) => {
      app.use(express.json());
      app.post('/:id', ...chains, (req, res) => {
        validationResult(req).throw();
        res.end();
      });
    },
    mapErrors,
  );

const quoting = body('name').custom((value: string, { req }) => {
  throw new Error(`${value} is no name next to ${req.body.password}`);
});

describe.each(expressMajors)('faults that express-validator finds, on $major', ({ express }) => {
  const send = (chains: readonly RequestHandler[], mapErrors?: readonly ErrorMapper[]) =>
    request(createApp(express, chains, mapErrors))
      .post(`/x?token=${SECRET}&page=x`)
      .set('X-Tenant', SECRET)
      .send({ name: 'Ann', password: SECRET, items: [{ sku: SECRET }] });

  it.each<[string, RequestHandler, object]>([
    ['in the body', body('items[0].sku').isInt(), { detail: 'Invalid value', pointer: '#/items/0/sku' }],
    ['in the query', query('token').isInt(), { detail: 'Invalid value', in: 'query', name: 'token' }],
    ['in the path', param('id').isInt(), { detail: 'Invalid value', in: 'params', name: 'id' }],
    ['in a header', header('x-tenant').isInt(), { detail: 'Invalid value', in: 'headers', name: 'x-tenant' }],
    ['in a cookie', cookie('sid').exists(), { detail: 'Invalid value', in: 'headers', name: 'cookie.sid' }],
    ['of one of several', oneOf([body('a').exists()]), { detail: 'Invalid value', pointer: '#/a' }],
    [
      'with words of the app',
      body('name').isInt().withMessage('Say a number'),
      { detail: 'Say a number', pointer: '#/name' },
    ],
    ['with words that quote the body', quoting, { detail: 'The value is not valid', pointer: '#/name' }],
  ])('%s', async (_where, chain, fault) => {
    const answer = await send([chain]);

    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      code: 'unprocessable-content',
      detail: 'The request is not valid: 1 fault',
      errors: [fault],
    });
    expect(bytesOf(answer)).not.toContain(SECRET);
  });

  it('names every field that is not expected', async () => {
    const answer = await send([checkExact([body('name'), param('id'), query(['token', 'page'])])]);

    expect(answer.body.errors).toEqual([
      { detail: 'Unknown field(s)', pointer: '#/password' },
      { detail: 'Unknown field(s)', pointer: '#/items' },
    ]);
    expect(bytesOf(answer)).not.toContain(SECRET);
  });

  it('lists a hundred of them at most', async () => {
    const answer = await send([body(Array.from({ length: 150 }, (_, index) => `f${index}`)).exists()]);

    expect(answer.body.errors).toHaveLength(100);
    expect(answer.body.detail).toBe(
      'The request is not valid: more than 100 faults, the first 100 are listed',
    );
  });

  it('takes another status from validatorErrors()', async () => {
    const answer = await send([query('token').isInt()], [validatorErrors({ status: 400 })]);

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      code: 'bad-request',
      errors: [{ detail: 'Invalid value', in: 'query', name: 'token' }],
    });
    expect(bytesOf(answer)).not.toContain(SECRET);
  });

  it('quotes no more through validatorErrors()', async () => {
    const answer = await send([quoting], [validatorErrors({ status: 400 })]);

    expect(answer.body.errors).toEqual([{ detail: 'The value is not valid', pointer: '#/name' }]);
    expect(bytesOf(answer)).not.toContain(SECRET);
  });
});

describe('validatorErrors', () => {
  it.each([
    [{ status: 500 }, 'a whole number from 400 to 499'],
    [{ status: 399 }, 'a whole number from 400 to 499'],
  ])('refuses %j', (options, expected) => {
    expect(() => validatorErrors(options)).toThrow(expected);
  });
});
