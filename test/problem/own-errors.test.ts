import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import {
  ClientClosedError,
  ConflictError,
  defineError,
  ForbiddenError,
  QuotaExceededError,
  UnauthorizedError,
} from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { problemHandler } from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';

describe.each(expressMajors)('problemHandler on $major, of errors of ours', ({ express }) => {
  const answerTo = (error: unknown) => {
    const app = express();
    app.get('/', () => {
      throw error;
    });
    app.use(problemHandler({ events: createEventHub() }));
    return request(app).get('/');
  };

  it.each([true, false])('says retryable where it was said: %p', async (retryable) => {
    const { body } = await answerTo(new ConflictError('Locked', { retryable, extensions: { by: 'ada' } }));

    expect(body).toMatchObject({ retryable, by: 'ada' });
  });

  it('answers 500 to a ClientClosedError while the client is still there', async () => {
    const { status, body } = await answerTo(new ClientClosedError('The other client left'));

    expect([status, body.status, body.code, body.detail]).toEqual([
      500,
      500,
      'internal-server-error',
      'An unexpected error occurred. Please try again later.',
    ]);
  });

  it('counts as 499 a client that left while an answer that was complete was on its way', async () => {
    const events = createEventHub();
    const statuses: number[] = [];
    events.subscribe('request.failed', ({ status }) => statuses.push(status));
    const app = express();
    app.get('/', (_req, res) => {
      res.end('whole');
      throw new ClientClosedError();
    });
    app.use(problemHandler({ events }));

    await request(app).get('/');

    expect(statuses).toEqual([499]);
  });

  it('says nothing of retries where nothing was said', async () => {
    const { body } = await answerTo(new ConflictError('Locked', { extensions: { retryable: true } }));

    expect(body).not.toHaveProperty('retryable');
  });

  it('says retryable next to Retry-After', async () => {
    const answer = await answerTo(
      new QuotaExceededError('Used up', { retryable: true, retryAfterMs: 1_500 }),
    );

    expect([answer.status, answer.headers['retry-after'], answer.body.code, answer.body.retryable]).toEqual([
      429,
      '2',
      'quota-exceeded',
      true,
    ]);
  });

  it('sends the public detail of a defined 5xx, and nothing of its message', async () => {
    const LedgerDown = defineError('ledger-down', {
      status: 503,
      detail: (d: { host: string }) => `No answer from ${d.host}`,
      publicDetail: 'Payments are back at noon',
    });

    const { text, body } = await answerTo(new LedgerDown({ host: 'db-host' }));

    expect(body.detail).toBe('Payments are back at noon');
    expect(text).not.toContain('db-host');
  });

  it('sends the challenge of a 401 and of a 403', async () => {
    const unauthorized = await answerTo(
      new UnauthorizedError('Log in', { challenge: { scheme: 'Bearer', realm: 'a"\r\nX-Evil: 1' } }),
    );
    const forbidden = await answerTo(
      new ForbiddenError('May not', { challenge: { scheme: 'Bearer', error: 'insufficient_scope' } }),
    );

    expect(unauthorized.headers).toMatchObject({ 'www-authenticate': 'Bearer realm="a\\" X-Evil: 1"' });
    expect(unauthorized.headers).not.toHaveProperty('x-evil');
    expect(forbidden.headers['www-authenticate']).toBe('Bearer error="insufficient_scope"');
  });
});
