import { setTimeout as sleep } from 'node:timers/promises';
import { tokenOf } from './domain.ts';

/** Those who read their profiles. */
export const READERS: readonly string[] = ['ada', 'alan', 'grace'];

/** One request of the traffic: which one of the phase it is, from 0. */
export interface Visit {
  readonly phase: string;
  readonly index: number;
}

interface Wish {
  readonly path: string;
  /** Who asks; nobody in particular without. */
  readonly user?: string;
  /** What shows who asks. @default the token of `user` */
  readonly token?: string;
  /** What is sent with POST; GET without. */
  readonly body?: object;
}

const profileFor = (user: string): Wish => ({ path: `/profiles/${user}`, user });

/** What the driver asks for, by name. */
export const KINDS = {
  product: () => ({ path: '/products/tea' }),
  'missing product': () => ({ path: '/products/unicorn' }),
  'broken product': () => ({ path: '/products/legacy' }),
  profile: ({ index }: Visit) => profileFor(READERS[index % READERS.length] ?? 'ada'),
  'first visit': ({ phase, index }: Visit) => profileFor(`guest-${phase}-${index}`),
  // Each another one: who shares the refusal of somebody else has made no call of its own.
  'wrong token': ({ phase, index }: Visit) => ({ ...profileFor('ada'), token: `forged-${phase}-${index}` }),
  'user info': () => ({ path: '/user-info', user: 'ada' }),
  order: () => ({ path: '/orders', user: 'ada', body: { userId: 'ada', productId: 'tea', quantity: 2 } }),
  'poor order': () => ({
    path: '/orders',
    user: 'alan',
    body: { userId: 'alan', productId: 'lamp', quantity: 1 },
  }),
  'bad order': () => ({ path: '/orders', user: 'ada', body: { userId: '', productId: 7, quantity: 0.5 } }),
} as const satisfies Readonly<Record<string, (visit: Visit) => Wish>>;

export type Kind = keyof typeof KINDS;

/** One round of traffic; profiles are what people look at most. As long as no multiple of the readers, so that each gets all turns. */
const ROUND: readonly Kind[] = [
  'profile',
  'product',
  'order',
  'profile',
  'missing product',
  'profile',
  'user info',
  'profile',
  'first visit',
  'poor order',
  'product',
  'profile',
  'bad order',
  'wrong token',
  'profile',
  'broken product',
];

/** What came back for one request. */
export interface Answer {
  readonly kind: Kind;
  /** Who asked. */
  readonly user: string | undefined;
  readonly requestId: string;
  readonly status: number;
  readonly latencyMs: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

const headersOf = (requestId: string, { user, token }: Wish): Record<string, string> => ({
  'x-request-id': requestId,
  'content-type': 'application/json',
  ...(user !== undefined && { authorization: `Bearer ${token ?? tokenOf(user)}` }),
});

/** Sends one request and reads its answer; one that was not answered at all has status 0, for the checks to count. */
const ask = async (baseUrl: string, kind: Kind, wish: Wish, requestId: string): Promise<Answer> => {
  const { path, user, body } = wish;
  const start = performance.now();
  const told = (status: number, read: Answer['body'], headers = new Headers()): Answer => {
    const latencyMs = performance.now() - start;
    return { kind, user, requestId, status, latencyMs, body: read, headers };
  };
  try {
    const response = await fetch(baseUrl + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: headersOf(requestId, wish),
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    const read = (await response.json()) as Record<string, unknown>;
    return told(response.status, read, response.headers);
  } catch (error) {
    return told(0, { error: String(error) });
  }
};

/** Asks for the profile of `user`, with its token. */
export const askProfile = (baseUrl: string, user: string, requestId: string): Promise<Answer> =>
  ask(baseUrl, 'profile', profileFor(user), requestId);

/** Asks as often at once for the same profile. */
export const sendBurst = (baseUrl: string, user: string, count: number): Promise<readonly Answer[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => askProfile(baseUrl, user, `${user}-${index + 1}`)));

/** Sends `rounds` rounds at a steady rate, whether answers come or not, and waits for all of them. */
export const sendRounds = async (
  baseUrl: string,
  phase: string,
  {
    rounds,
    perSecond,
    onSent,
  }: { rounds: number; perSecond: number; onSent: (sent: number, of: number) => void },
): Promise<readonly Answer[]> => {
  const total = rounds * ROUND.length;
  const start = performance.now();
  const answers: Promise<Answer>[] = [];
  for (let index = 0; index < total; index += 1) {
    await sleep(Math.max(0, start + (index * 1_000) / perSecond - performance.now()));
    const kind = ROUND[index % ROUND.length] ?? 'profile';
    const requestId = `demo-${phase}-${String(index + 1).padStart(3, '0')}`;
    answers.push(ask(baseUrl, kind, KINDS[kind]({ phase, index }), requestId));
    onSent(index + 1, total);
  }
  return Promise.all(answers);
};
