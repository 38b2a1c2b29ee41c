import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { type FakeUpstream, fakeUpstream, type ManualClock, manualClock } from '../../src/testing/index.ts';

/** Waits of 1 000, 2 000, 4 000 … milliseconds. */
export const DOUBLING = Object.freeze({ baseMs: 1_000, jitter: 'none', maxMs: 60_000 } as const);

/** Retries that do not wait. */
export const AT_ONCE = Object.freeze({ kind: 'constant', baseMs: 0, jitter: 'none' } as const);

/** A dependency on a real socket with the client that asks it, both on one clock that nobody waits for. */
export interface Scene {
  readonly clock: ManualClock;
  readonly upstream: FakeUpstream;
  readonly client: Client;
  /** Closes both, and resolves when no socket is left. */
  close(): Promise<void>;
}

/** Resolves when the last connection of an upstream is gone. */
export const disconnected = async (upstream: FakeUpstream): Promise<void> => {
  while (upstream.openConnections > 0) await upstream.connectionClosed();
};

export const scene = async (options: Partial<ClientOptions> = {}): Promise<Scene> => {
  const clock = manualClock();
  const upstream = await fakeUpstream({ clock });
  const client = createClient({
    name: 'catalog',
    baseUrl: upstream.url,
    clock,
    random: () => 0,
    ...options,
  });
  return {
    clock,
    upstream,
    client,
    close: async () => {
      await client.close();
      await disconnected(upstream);
      await upstream.close();
    },
  };
};

/** What a call rejected with. */
export const failureOf = async (call: PromiseLike<unknown>): Promise<unknown> => {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('The call must fail');
};
