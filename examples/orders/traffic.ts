import { setTimeout as sleep } from 'node:timers/promises';

/** What the driver asks for, by name. */
export const KINDS = {
  product: { method: 'GET', path: '/products/tea' },
  'missing product': { method: 'GET', path: '/products/unicorn' },
  'broken product': { method: 'GET', path: '/products/legacy' },
  profile: { method: 'GET', path: '/profiles/ada' },
  'user info': { method: 'GET', path: '/user-info' },
  order: { method: 'POST', path: '/orders', body: { userId: 'ada', productId: 'tea', quantity: 2 } },
  'poor order': { method: 'POST', path: '/orders', body: { userId: 'alan', productId: 'lamp', quantity: 1 } },
  'bad order': { method: 'POST', path: '/orders', body: { userId: '', productId: 7, quantity: 0.5 } },
} as const;

export type Kind = keyof typeof KINDS;

/** One round of traffic; profiles are what people look at most. */
const ROUND: readonly Kind[] = [
  'profile',
  'product',
  'order',
  'profile',
  'missing product',
  'user info',
  'profile',
  'poor order',
  'product',
  'profile',
  'bad order',
  'broken product',
];

/** What came back for one request. */
export interface Answer {
  readonly kind: Kind;
  readonly requestId: string;
  readonly status: number;
  readonly latencyMs: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

/** Sends one request and reads its answer. */
const ask = async (baseUrl: string, kind: Kind, requestId: string): Promise<Answer> => {
  const request: { method: string; path: string; body?: object } = KINDS[kind];
  const start = performance.now();
  const response = await fetch(baseUrl + request.path, {
    method: request.method,
    headers: { 'x-request-id': requestId, 'content-type': 'application/json' },
    body: request.body === undefined ? null : JSON.stringify(request.body),
    signal: AbortSignal.timeout(10_000),
  });
  const body = (await response.json()) as Record<string, unknown>;
  const latencyMs = performance.now() - start;
  return { kind, requestId, status: response.status, latencyMs, body, headers: response.headers };
};

/** As `ask`, but a request that was not answered at all is one with status 0, for the checks to count. */
export const send = async (baseUrl: string, kind: Kind, requestId: string): Promise<Answer> => {
  const start = performance.now();
  try {
    return await ask(baseUrl, kind, requestId);
  } catch (error) {
    const latencyMs = performance.now() - start;
    return { kind, requestId, status: 0, latencyMs, body: { error: String(error) }, headers: new Headers() };
  }
};

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
    answers.push(send(baseUrl, kind, `demo-${phase}-${String(index + 1).padStart(3, '0')}`));
    onSent(index + 1, total);
  }
  return Promise.all(answers);
};
