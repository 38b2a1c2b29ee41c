import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import {
  createRecord,
  getContext,
  requestContext,
  runWithCarrier,
  runWithContext,
  toCarrier,
} from '../../src/context/index.ts';
import { expressMajors } from '../support/express.ts';
import { exchange, serve } from '../support/sockets.ts';

const markOf = (value: string): number | undefined => createRecord({ 'x-retry-attempt': value }).retryAttempt;

describe('X-Retry-Attempt of a request', () => {
  it.each([
    ['1', 1],
    ['2', 2],
    ['10', 10],
    ['9999', 9_999],
  ])('%j is retry %d of its caller', (value, attempt) => {
    expect(markOf(value)).toBe(attempt);
  });

  it.each([
    '',
    '0',
    '00',
    '01',
    '-1',
    '+1',
    '1.0',
    '1e3',
    ' 1',
    '1 ',
    '0x1',
    '10000',
    '9'.repeat(8_000),
    'one',
    '١',
    '1, 2',
    '1,1',
    '1\n',
  ])('%j says nothing', (value) => {
    expect(markOf(value)).toBeUndefined();
  });

  it('says nothing where it was not sent', () => {
    expect([createRecord({}).retryAttempt, createRecord().retryAttempt]).toEqual([undefined, undefined]);
  });

  it('is not one that somebody put on the prototype of headers', () => {
    const headers = Object.create({ 'x-retry-attempt': ['1'] });

    expect(createRecord(headers).retryAttempt).toBeUndefined();
  });

  it('says nothing where it was sent twice', async () => {
    const mark = requestContext();
    const { port, close } = await serve((req, res) =>
      mark(req, res, () => res.end(`seen ${getContext().retryAttempt}`)),
    );

    const ask = (lines: string) =>
      exchange(port, `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines}\r\n`);
    const once = await ask('X-Retry-Attempt: 1\r\n');
    const twice = await ask('X-Retry-Attempt: 1\r\nX-Retry-Attempt: 1\r\n');
    await close();

    expect([once, twice].map((answer) => answer.includes('seen 1'))).toEqual([true, false]);
  });

  it('does not go along with a job, which is no retry', () => {
    const record = createRecord({ 'x-retry-attempt': '1' });

    const marks = runWithContext(record, () => {
      const carrier = toCarrier();
      return [
        getContext().retryAttempt,
        JSON.stringify(carrier).includes('retryAttempt'),
        runWithCarrier(carrier, () => getContext().retryAttempt),
        runWithCarrier(
          { ...carrier, retryAttempt: 1, 'x-retry-attempt': '1' },
          () => getContext().retryAttempt,
        ),
      ];
    });

    expect(marks).toEqual([1, false, undefined, undefined]);
  });
});

describe.each(expressMajors)('X-Retry-Attempt on $major', ({ express }) => {
  it.each(['always', 'never'] as const)('is believed of any caller, with trust %j', async (trust) => {
    const app = express();
    app.use(requestContext({ trust }), (_req, res) => {
      res.json({ mark: getContext().retryAttempt });
    });

    const { body } = await request(app).get('/').set('X-Retry-Attempt', '3');

    expect(body).toEqual({ mark: 3 });
  });
});
