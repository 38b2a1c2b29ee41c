import { describe, expect, it } from '@jest/globals';
import Ajv from 'ajv';
import { IsIn, validateOrReject } from 'class-validator';
import { body, validationResult } from 'express-validator';
import Joi from 'joi';
import mongoose from 'mongoose';
import request from 'supertest';
import * as v from 'valibot';
import * as yup from 'yup';
import { z } from 'zod';
import { createLogger } from '../../../src/logging/index.ts';
import { describeError } from '../../../src/redaction/index.ts';
import { breakwater } from '../../../src/suite/index.ts';
import { captureLogs } from '../../../src/testing/index.ts';
import { expressMajors } from '../../support/express.ts';
import { SECRET } from '../../support/foreign.ts';

const DATA = { kind: SECRET, mail: SECRET };

class Order {
  kind: unknown = SECRET;
}
IsIn(['a'], { message: ({ value }) => `${value} is no kind` })(Order.prototype, 'kind');

const MongooseOrder = mongoose
  .createConnection()
  .model('Order', new mongoose.Schema({ kind: { type: String, enum: ['a'] }, mail: Number }));

const checkBody = async (): Promise<void> => {
  const req = { body: DATA };
  await body('kind')
    .custom((value) => {
      throw new Error(`${value} is no kind`);
    })
    .run(req);
  validationResult(req).throw();
};

const rows: readonly [string, () => unknown, number, string][] = [
  ['express-validator', checkBody, 422, '1 fault: #/kind'],
  [
    'joi',
    () =>
      Joi.attempt(DATA, Joi.object({ kind: Joi.string().pattern(/^z/) }).unknown(), { abortEarly: false }),
    422,
    '1 fault: #/kind',
  ],
  [
    'joi with the annotated input',
    () => Joi.assert(DATA, Joi.object({ kind: Joi.number(), mail: Joi.any() }), SECRET),
    422,
    '1 fault: #/kind',
  ],
  [
    'ajv on an error of the app’s',
    () => {
      const validate = new Ajv().compile({ type: 'object', required: ['id'] });
      validate(DATA);
      throw Object.assign(new Error(`${SECRET} refused`), { errors: validate.errors });
    },
    422,
    '1 fault: #/id',
  ],
  [
    'yup',
    () => yup.object({ kind: yup.number(), mail: yup.number() }).validate(DATA, { abortEarly: false }),
    422,
    '2 faults: #/kind, #/mail',
  ],
  [
    'valibot',
    () =>
      v.parse(
        v.object({ kind: v.pipe(v.string(), v.regex(/^z/)), mail: v.pipe(v.string(), v.email()) }),
        DATA,
      ),
    422,
    '2 faults: #/kind, #/mail',
  ],
  ['class-validator', () => validateOrReject(new Order()), 422, '1 fault: #/kind'],
  ['Mongoose', () => new MongooseOrder(DATA).validate(), 422, '2 faults: #/mail, #/kind'],
  [
    'zod, bare',
    () =>
      z
        .object({ kind: z.string().refine(() => false, { error: ({ input }) => `${input} is no kind` }) })
        .parse(DATA),
    500,
    '1 fault: #/kind',
  ],
];

const asItIs = (thrown: unknown): unknown => thrown;

/** The record of what `work` throws, and everything that was logged of it. */
const logged = async (
  express: (typeof expressMajors)[number]['express'],
  work: () => unknown,
  wrap = asItIs,
) => {
  const logs = captureLogs();
  const { before, after, close } = breakwater({ service: 'orders', log: { stream: logs.stream } });
  const app = express();
  app.use(before);
  app.get('/', (_req, res, next) => {
    new Promise((resolve) => resolve(work())).then(
      () => res.end('nothing was thrown'),
      (thrown: unknown) => next(wrap(thrown)),
    );
  });
  app.use(after);
  const { status } = await request(app).get('/');
  await close();
  const line = logs.lines.find(({ event }) => event === 'http.server.request.exception');
  return { status, err: line?.err, text: logs.text };
};

describe.each(expressMajors)('the log of what a validation library throws, on $major', ({ express }) => {
  it.each(rows)('%s: says how many faults there are and where', async (_library, work, status, message) => {
    const seen = await logged(express, work);

    expect(seen).toMatchObject({ status, err: { message } });
    expect(seen.text).not.toContain(SECRET);
  });

  const errors = rows.filter(([library]) => library !== 'class-validator');
  it.each(errors)('%s as a cause: the same, with its frames', async (_library, work, _status, message) => {
    const seen = await logged(express, work, (cause) => new Error('The order failed', { cause }));

    expect(seen).toMatchObject({
      status: 500,
      err: {
        message: 'The order failed',
        cause: {
          message,
          stack: expect.stringMatching(/^\w+: \d faults?: #[^\n]+\n {4}at [^\n]+\n {4}at /),
        },
      },
    });
    expect(seen.text).not.toContain(SECRET);
  });
});

describe('the record of what a validation library throws', () => {
  it('says of a list that is no error what it says of errors', async () => {
    const cause: unknown = await validateOrReject(new Order()).catch(asItIs);

    expect(describeError(new Error('The order failed', { cause }))).toMatchObject({
      cause: { type: 'object', message: '1 fault: #/kind' },
    });
  });

  it('has no line of a message that looks like a frame', () => {
    const details = [{ path: ['a'], type: 'any.custom', message: 'no' }];
    const error = Object.assign(new Error(`no\n    at ${SECRET}`), { isJoi: true, details });

    const { stack } = describeError(error, { stack: true });

    expect(stack).toMatch(/^Error: 1 fault: #\/a\n {4}at /);
    expect(stack).not.toContain(SECRET);
  });

  it.each([
    ['alone', (error: unknown) => error],
    ['as a field', (err: unknown) => ({ err })],
  ])('is the message of a line where the app logs it %s', async (_how, asLogged) => {
    const logs = captureLogs();
    const error: unknown = await yup.object({ kind: yup.number() }).validate(DATA).catch(asItIs);

    createLogger({ stream: logs.stream }).error(asLogged(error));

    expect(logs.lines).toMatchObject([{ msg: '1 fault: #/kind', err: { message: '1 fault: #/kind' } }]);
    expect(logs.text).not.toContain(SECRET);
  });

  it('names what is wrong outside of the body, and no more than twenty places', () => {
    const errors = Array.from({ length: 30 }, (_each, index) => ({
      type: 'field',
      location: 'query',
      path: `a${index}`,
    }));
    const error = Object.assign(new Error(SECRET), { errors, array: () => errors });

    const { message } = describeError(error);

    expect(message).toMatch(/^30 faults: query a0, query a1, .*, query a19, …$/);
  });
});
