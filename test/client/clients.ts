import { afterEach, beforeEach } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { type FakeUpstream, type FakeUpstreamOptions, fakeUpstream } from '../../src/testing/index.ts';

/** What a test needs to let clients call upstreams; all of them are closed after each test. */
export interface Calling {
  /** The upstream of this test. */
  upstream(): FakeUpstream;
  /** One more upstream, on a port of its own. */
  another(): Promise<FakeUpstream>;
  /** A client of `upstream()`, whose retries do not wait. */
  clientOf(change?: Partial<ClientOptions>): Client;
}

/**
 * Call it inside a `describe`: it starts an upstream before each of its tests.
 *
 * @param usual what its clients have beside a name, a base and retries that do not wait
 * @param ofUpstreams options of its upstreams
 */
export const calling = (
  usual: () => Partial<ClientOptions> = () => ({}),
  ofUpstreams: () => FakeUpstreamOptions = () => ({}),
): Calling => {
  const upstreams: FakeUpstream[] = [];
  const clients: Client[] = [];

  const another = async (): Promise<FakeUpstream> => {
    const upstream = await fakeUpstream(ofUpstreams());
    upstreams.push(upstream);
    return upstream;
  };
  const upstream = (): FakeUpstream => {
    const [first] = upstreams;
    if (first === undefined) throw new Error('calling() starts an upstream before each test');
    return first;
  };

  beforeEach(async () => {
    await another();
  });

  afterEach(async () => {
    await Promise.all(upstreams.splice(0).map((each) => each.close()));
    await Promise.all(clients.splice(0).map((each) => each.close()));
  });

  return {
    upstream,
    another,
    clientOf: (change = {}) => {
      const retry = { backoff: { baseMs: 0 } };
      const client = createClient({ name: 'catalog', baseUrl: upstream().url, retry, ...usual(), ...change });
      clients.push(client);
      return client;
    },
  };
};
