import { describe, expect, it } from '@jest/globals';
import { type CallOptions, type ClientOptions, createClient } from '../../src/client/index.ts';
import { runWithContext } from '../../src/context/index.ts';
import { ClientClosedError, NotFoundError, UpstreamTimeoutError } from '../../src/errors/index.ts';
import { type CallCompleted, createEventHub } from '../../src/events/index.ts';
import { protect } from '../../src/guard/index.ts';
import { fakeUpstream, type UpstreamStep } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';

const upstreamErrors = { 404: () => new NotFoundError('none') };

describe('call.completed', () => {
  const toldOf = async (step: UpstreamStep, options: Partial<ClientOptions>, call: CallOptions = {}) => {
    const upstream = await fakeUpstream();
    upstream.respondWith(step);
    const events = createEventHub();
    const told: CallCompleted[] = [];
    events.subscribe('call.completed', (event) => told.push(event));
    const client = createClient({ name: 'catalog', baseUrl: upstream.url, events, retry: false, ...options });
    await client.get('/things/:id', { params: { id: '7' }, ...call }).catch(() => undefined);
    await client.close();
    await upstream.close();
    return told;
  };

  it.each<[string, UpstreamStep, Partial<ClientOptions>, CallOptions, boolean]>([
    ['no failure', { json: {} }, {}, {}, false],
    ['technical: the upstream failed', { status: 503 }, {}, {}, true],
    ['technical: nobody expects its 404', { status: 404 }, {}, {}, true],
    ['no technical failure: a business error of the app', { status: 404 }, { upstreamErrors }, {}, false],
    ['no technical failure: wanted as an answer', { status: 404 }, { throwOnStatus: false }, {}, false],
    ['technical, though wanted as an answer', { status: 500 }, { throwOnStatus: false }, {}, true],
    [
      'no technical failure: the caller left',
      { json: {} },
      {},
      { signal: AbortSignal.abort(new Error('left')) },
      false,
    ],
  ])('says whether a call is %s', async (_what, step, options, call, technical) => {
    const told = await toldOf(step, options, call);

    expect(told).toMatchObject([{ call: 'GET /things/:id', technical }]);
    expect(Object.isFrozen(told[0])).toBe(true);
  });

  it('says it of protected functions, too', async () => {
    const events = createEventHub();
    const told: unknown[] = [];
    events.subscribe('call.completed', ({ technical }) => told.push(technical));
    const run = protect(
      (_call, error: Error | undefined) => {
        if (error) throw error;
      },
      { name: 'db', events },
    );

    for (const error of [undefined, new Error('down'), new NotFoundError('none')])
      await run(error).catch(() => undefined);

    expect(told).toEqual([false, true, false]);
  });

  it.each([
    [
      'technical: the time of the request was up',
      new UpstreamTimeoutError('late', { scope: 'deadline' }),
      true,
    ],
    ['no technical failure: the client of the request left', new ClientClosedError(), false],
  ])('says of a call within a request that it is %s', async (_what, reason, technical) => {
    const events = createEventHub();
    const told: unknown[] = [];
    events.subscribe('call.completed', (event) => told.push(event.technical));
    const client = createClient({ name: 'catalog', baseUrl: 'http://127.0.0.1:9', events });
    const run = protect(() => undefined, { name: 'db', events });
    const record = requestRecord({ signal: AbortSignal.abort(reason) });

    await Promise.allSettled(runWithContext(record, () => [client.get('/x'), run()]));

    await client.close();
    expect(told).toEqual([technical, technical]);
  });
});
