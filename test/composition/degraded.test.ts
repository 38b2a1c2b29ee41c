import { afterEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { ForbiddenError, journalOf, ServiceUnavailableError } from '../../src/errors/index.ts';
import { protect } from '../../src/guard/index.ts';
import { fakeUpstream, refusedUrl } from '../../src/testing/index.ts';

describe('a degraded alternative', () => {
  const open: { close(): Promise<void> }[] = [];

  const clientOf = (options: Omit<ClientOptions, 'retry'>): Client => {
    const client = createClient({ retry: false, ...options });
    open.push(client);
    return client;
  };

  /** A client whose own host refuses connections. */
  const primaryOf = async (fallback: ClientOptions['fallback']): Promise<Client> =>
    clientOf({ name: 'primary', baseUrl: await refusedUrl(), fallback });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });

  it('of a client can be another client, whose answer says that it stands in', async () => {
    const upstream = await fakeUpstream();
    open.push(upstream);
    upstream.respondWith({ status: 203, json: { from: 'replica' } });
    const replica = clientOf({ name: 'replica', baseUrl: upstream.url });
    const primary = await primaryOf(() => replica.get('/things'));

    const answer = await primary.get('/things');

    expect([answer.status, answer.source, await answer.json()]).toEqual([
      203,
      'fallback',
      { from: 'replica' },
    ]);
  });

  it('of a client can be a protected function', async () => {
    const lookUp = protect((_call, id: string) => ({ id, from: 'snapshot' }), { name: 'snapshot' });
    const primary = await primaryOf(() => lookUp('7'));

    const answer = await primary.get('/things/7');

    expect([answer.source, await answer.json()]).toEqual(['fallback', { id: '7', from: 'snapshot' }]);
  });

  it.each([new ForbiddenError('No entry'), new ServiceUnavailableError('The replica is down too')])(
    'that fails itself fails the call, with the journal of the first: %p',
    async (error) => {
      const primary = await primaryOf(() => {
        throw error;
      });

      const thrown = await primary.get('/things').then(undefined, (reason: unknown) => reason);

      expect([thrown, journalOf(thrown)?.attempts.length]).toEqual([error, 1]);
    },
  );

  it('that has a fallback of its own goes down one by one', async () => {
    const fail = (): string => {
      throw new Error('down');
    };
    const third = protect(fail, { name: 'third', fallback: { value: 'fixed' } });
    const second = protect(fail, { name: 'second', fallback: () => third() });
    const first = protect(fail, { name: 'first', fallback: () => second() });

    expect(await first.answer()).toMatchObject({ value: 'fixed', source: 'fallback' });
  });
});
