import { describe, expect, it } from '@jest/globals';
import { isWorthRetrying, RETRY_STATUSES } from '../../src/client/rules.ts';
import {
  BulkheadFullError,
  CircuitOpenError,
  ConflictError,
  DependencyError,
  DependencyPausedError,
  UpstreamConnectionError,
  UpstreamResponseError,
  UpstreamTimeoutError,
} from '../../src/errors/index.ts';
import { createCall, type Policy } from '../../src/policy/index.ts';
import { jitters } from '../../src/resilience/backoff/index.ts';
import { createBudget } from '../../src/resilience/budget/index.ts';
import { BUDGET_DEFAULTS, type Jitter, RETRY_DEFAULTS } from '../../src/resilience/index.ts';
import { createRetry } from '../../src/resilience/retry/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { fencedBlocks, readText, tableRows } from '../support/regions.ts';

const DOC = readText('docs/retries.md');

/** The rows of the table whose header begins with `head`, cell by cell. */
const coded = (code: string, more: object = {}): Error => Object.assign(new Error(code), { code, ...more });
const answered = (...statuses: readonly number[]): Error[] =>
  statuses.map((upstreamStatus) => new UpstreamResponseError('x', { upstreamStatus }));
const unreached = (...reasons: readonly string[]): Error[] =>
  reasons.map((reason) => new UpstreamConnectionError('x', { reason }));
const unread = (...reasons: readonly string[]): Error[] =>
  reasons.map((reason) => new UpstreamResponseError('x', { upstreamStatus: 200, reason }));

/** What each row of the table is about. */
const OUTCOMES: Readonly<Record<string, readonly Error[]>> = {
  '408, 429, 500, 502, 503, 504': answered(408, 429, 500, 502, 503, 504),
  '400, 401, 403, 404, 409, 422': answered(400, 401, 403, 404, 409, 422),
  '501, 505': answered(501, 505),
  'connection refused or reset, host or name not found': unreached(
    'connection-refused',
    'connection-reset',
    'connection-failed',
    'dns',
  ),
  'attempt timeout, connect timeout': (['attempt', 'connect'] as const).map(
    (scope) => new UpstreamTimeoutError('Late', { scope }),
  ),
  'certificate not trusted, TLS or HTTP not spoken': unreached('tls', 'invalid-http'),
  'an answer that broke off': unread('truncated'),
  'an answer that is no JSON, too large, empty, or not coded as it says': unread(
    'invalid-json',
    'content-type',
    'too-large',
    'empty-body',
    'content-encoding',
  ),
  'circuit open, bulkhead full, dependency paused': [
    new CircuitOpenError(),
    new BulkheadFullError(),
    new DependencyPausedError(),
  ],
  'business error': [new ConflictError('Taken')],
  'business error that says `retryable: true`': [new ConflictError('Locked', { retryable: true })],
  'technical error that says `retryable: false`': [
    new DependencyError('Out of credit', { retryable: false }),
  ],
  'duplicate row, row that is missing': [
    coded('23505', { severity: 'ERROR', routine: '_bt_check_unique', constraint: 'u' }),
    coded('P2025', { name: 'PrismaClientKnownRequestError', clientVersion: '7' }),
  ],
  'lost race for a lock, database that cannot serve': [
    coded('40P01', { severity: 'ERROR', routine: 'DeadLockReport' }),
    coded('57P03', { severity: 'FATAL', routine: 'ProcessStartupPacket' }),
  ],
  '`TypeError` and other mistakes in the code': [new TypeError('x'), new ReferenceError('y')],
  'work that was called off (`AbortError`)': [new DOMException('off', 'AbortError')],
  'anything unknown': [new Error('?')],
};

const WITHOUT_WAITS = { kind: 'constant', baseMs: 0, minMs: 0, maxMs: 0, jitter: 'none' } as const;

/** How often a call is made whose every attempt fails with `error`. */
const attemptsAfter = async (error: Error, asClient: boolean): Promise<number> => {
  let attempts = 0;
  const statuses = new Set(RETRY_STATUSES);
  const plan = { ...RETRY_DEFAULTS, maxRetries: 1, backoff: WITHOUT_WAITS, throttleBackoff: WITHOUT_WAITS };
  const policy: Policy<string, string> = createRetry({
    clock: manualClock(),
    random: () => 0,
    events: undefined,
    plan: () => plan,
    budget: { deposit: () => undefined, withdraw: () => true },
    rules: asClient ? { shouldRetry: (args) => isWorthRetrying(args.error, statuses) } : {},
  });
  const run = policy(() => {
    attempts += 1;
    return Promise.reject(error);
  });
  await run('q', createCall({ name: 'catalog', repeatable: true })).catch(() => undefined);
  return attempts;
};

describe('docs/retries.md', () => {
  const outcomes = tableRows(DOC, 'How the attempt ended');

  it('has a row for each outcome', () => {
    expect(outcomes.map(([what]) => what)).toEqual(Object.keys(OUTCOMES));
  });

  it.each(outcomes)('says of "%s" what happens: %s for a client, %s else', async (what, ofClient, else_) => {
    for (const error of OUTCOMES[what ?? ''] ?? []) {
      const word = async (asClient: boolean) => ((await attemptsAfter(error, asClient)) > 1 ? 'yes' : 'no');

      if (ofClient !== '') expect([error, await word(true)]).toEqual([error, ofClient]);
      expect([error, await word(false)]).toEqual([error, else_]);
    }
  });

  it('says what each jitter makes of a wait', () => {
    const given = { plannedMs: 4_000, baseMs: 1_000, previousMs: 2_000 };
    const rows = tableRows(DOC, '`jitter`').map(([name = '', , least, most]) => [name, least, most]);

    const computed = (['none', 'full', 'equal', 'decorrelated'] satisfies Jitter[]).map((name) => [
      `\`${name}\``,
      ...[0, 1].map((r) => String(jitters[name]({ ...given, random: () => r }))),
    ]);

    expect(rows).toEqual(computed);
  });

  it('computes the budget as the code does', () => {
    const computed = tableRows(DOC, 'Calls in the window').map(([count]) => {
      const calls = Number(count);
      const budget = createBudget(() => BUDGET_DEFAULTS, manualClock());
      let retries = 0;
      for (let call = 0; call < calls; call += 1) {
        budget.deposit();
        for (let retry = 0; retry < RETRY_DEFAULTS.maxRetries && budget.withdraw(); retry += 1) retries += 1;
      }
      const { ratio, minPerSecond, windowMs } = BUDGET_DEFAULTS;
      const parts = [ratio * calls, (minPerSecond * windowMs) / 1_000];
      return [calls, ...parts, retries, `${Math.round((retries / calls) * 100)} %`].map(String);
    });

    expect(computed).toEqual(tableRows(DOC, 'Calls in the window'));
  });

  it('shows the composition that a test runs, as the doc comment does', () => {
    const file = 'test/resilience/retry-alone.test.ts';
    const [, region = ''] = readText(file).split(/^ *\/\/ #(?:end)?region readme$/m);
    const code = region.replaceAll(/^ {4}/gm, '').trim();
    const comment = readText('src/resilience/retry/retry.ts').replaceAll(/^ \* ?/gm, '');

    const shown = fencedBlocks('docs/retries.md').filter(({ source }) => source === file);

    expect(shown.map(({ text }) => text)).toEqual([code]);
    expect(comment).toContain(`@example\n${code}\n`);
  });
});
