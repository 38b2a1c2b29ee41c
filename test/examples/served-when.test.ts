import { describe, expect, it } from '@jest/globals';
import { readText, tableRows } from '../support/regions.ts';
import { answering, type Scenario, type Stage, served } from './fixtures/served-when.ts';

const DOC = readText('docs/cache.md');

/** The rows of the table whose header begins with `head`, cell by cell. */
const after = (...statuses: readonly number[]): Scenario[] => statuses.map((next) => ({ next }));
const asking = (cacheControl: string): Pick<Scenario, 'call'> => ({
  call: { headers: { 'cache-control': cacheControl } },
});

/** Holds the one slot of the bulkhead. */
const fillBulkhead = async ({ client, upstream, caller }: Stage): Promise<void> => {
  upstream.on('/busy', 'hang');
  const busy = client.get('/busy', { signal: caller.signal });
  busy.catch(() => undefined);
  while ((await upstream.nextRequest()).url !== '/busy');
};

/** Has the dependency ask for quiet. */
const askForQuiet = async ({ client, upstream }: Stage): Promise<void> => {
  upstream.on('/other', { retryAfter: 30 });
  await client.get('/other').catch(() => undefined);
};

/** Fails once, and is well again. */
const failOnce = async ({ client, upstream }: Stage): Promise<void> => {
  upstream.respondWith(503);
  await client.get('/x');
  upstream.respondWith(answering('new'));
};

const leave = async ({ upstream, caller }: Stage): Promise<void> => {
  await upstream.nextRequest();
  caller.abort(new Error('They closed the page'));
};

const WITHOUT_WAIT = { baseMs: 0, minMs: 0 } as const;

/** What each row of the table is about. */
const CASES: Readonly<Record<string, readonly Scenario[]>> = {
  'fresh: it is not asked': [{ ageMs: 30_000 }],
  'stale, within `stale-while-revalidate`: it is asked in the background': [
    { kept: answering('old', 'max-age=60, stale-while-revalidate=30') },
    { cache: { staleWhileRevalidateMs: 30_000 } },
  ],
  'stale; it answers 200': [{}],
  'stale; it answers 304': after(304),
  'stale; it answers 404 or 410': after(404, 410),
  'stale; it answers 401 or 403': after(401, 403),
  'stale; it answers another 4xx': after(400, 405, 408, 409, 422),
  'stale; it answers 429': after(429),
  'stale; it answers 500, 502, 503 or 504': after(500, 502, 503, 504),
  'stale; it answers another 5xx': after(501, 505, 507),
  'stale; it cannot be reached, breaks off, speaks no HTTP': [
    { before: ({ upstream }) => upstream.close() },
    ...(['reset', 'truncate', 'garbage-bytes', 'invalid-chunks', 'endless'] as const).map((next) => ({
      next,
    })),
  ],
  'stale; it takes too long': [
    { ageMs: 67_000, next: 'hang' },
    { ageMs: 68_000, next: 'hang', client: { timeout: { totalMs: 2_000 } } },
  ],
  'stale; the circuit is open': [
    { client: { breaker: {} }, before: async ({ client }) => client.breaker?.forceOpen() },
  ],
  'stale; the bulkhead is full': [
    { client: { bulkhead: { maxConcurrent: 1, maxQueue: 0 } }, before: fillBulkhead },
  ],
  'stale; it answers 503, and the budget of retries is empty': [
    {
      next: 503,
      client: { retry: { backoff: WITHOUT_WAIT, budget: { ratio: 0, minPerSecond: 0 } } },
    },
  ],
  'stale; it asked for quiet': [{ before: askForQuiet }],
  'stale; a moment after a 503, with `coolDownMs`: it is not asked': [
    { cache: { coolDownMs: 5_000 }, before: failOnce },
  ],
  'stale; the caller leaves': [{ next: 'hang', meanwhile: leave }],
  'stale for longer than `staleIfErrorMs`; it answers 503': [{ ageMs: 661_000, next: 503 }],
  'the same, within `stale-if-error` of the answer or of the request': [
    { kept: answering('old', 'max-age=60, stale-if-error=3600'), ageMs: 661_000, next: 503 },
    { ...asking('stale-if-error=3600'), ageMs: 661_000, next: 503 },
  ],
  'no directives; it answers 200': [{ kept: answering('old', '') }],
  'no directives; it answers 304': [{ kept: answering('old', ''), next: 304 }],
  'no directives; it answers 503': [{ kept: answering('old', ''), next: 503 }],
  'no directives, within `ttlMs`: it is not asked': [
    { kept: answering('old', ''), ageMs: 30_000, cache: { ttlMs: 60_000 } },
  ],
  'nothing; it answers 200': [{ kept: false }],
  'nothing; it answers 503': [{ kept: false, next: 503 }],
  'fresh, asked with `no-cache`; it answers 200': [{ ...asking('no-cache'), ageMs: 30_000 }],
  'stale, asked with `no-cache`; it answers 503': [{ ...asking('no-cache'), next: 503 }],
  'stale, asked with `max-stale`: it is not asked': [asking('max-stale=60'), asking('max-stale')],
  'stale, asked with `only-if-cached`: it is not asked': [asking('only-if-cached')],
  'fresh, asked with its own `If-None-Match`: it is not asked': [
    { ageMs: 30_000, call: { headers: { 'if-none-match': '"1"' } } },
  ],
};

describe('what docs/cache.md says is served when', () => {
  const rows = tableRows(DOC, 'Kept, and what the dependency does');

  it('has a row for each case', () => {
    expect(rows.map(([what]) => what)).toEqual(Object.keys(CASES));
  });

  it.each(rows)('is so: %s', async (what = '', ...stated) => {
    for (const scenario of CASES[what] ?? []) {
      const cells = await served(scenario);

      expect([what, cells]).toEqual([what, stated]);
    }
  });
});

const TOKEN = { authorization: 'Bearer a' };
const MODES: Readonly<Record<string, Pick<Scenario, 'cache' | 'headers'>>> = {
  '`partitioned`, no credentials': {},
  '`partitioned`, credentials': { headers: TOKEN },
  '`shared`, no `Authorization`': { cache: { mode: 'shared' } },
  '`shared`, `Authorization`': { cache: { mode: 'shared' }, headers: TOKEN },
  '`private`': { cache: { mode: 'private' } },
};

/** An answer that says of itself what stands in a cell: a header, or a directive. */
const saying = (cell: string): Scenario['kept'] => {
  const [, said] = /`(.*)`/.exec(cell) ?? [];
  const [name = '', value] = said?.split(': ') ?? [];
  const control = said === undefined || value !== undefined ? 'max-age=60' : `max-age=60, ${said}`;
  return { json: 'old', headers: { 'cache-control': control, ...(value && { [name]: value }) } };
};

describe('what docs/cache.md says of vetoes', () => {
  const head = 'The answer said';
  const [, header = ''] = DOC.split(`| ${head}`);
  const modes = (header.split('\n', 1)[0] ?? '')
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

  it('has a column for each mode', () => {
    expect(modes).toEqual(Object.keys(MODES));
  });

  it.each(tableRows(DOC, head))('is so: %s', async (said = '', ...stated) => {
    const got: string[] = [];
    for (const mode of modes) {
      const [gets] = await served({ ...MODES[mode], kept: saying(said), next: 503 });
      got.push(gets === 'the kept answer' ? 'stale' : 'the failure');
    }

    expect([said, ...got]).toEqual([said, ...stated]);
  });
});
