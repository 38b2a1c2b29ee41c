import { describe, expect, it } from '@jest/globals';
import { journalOf, NotFoundError, UpstreamResponseError } from '../../src/errors/index.ts';
import type { Call, Policy } from '../../src/policy/index.ts';
import { type ResilienceOptions, readRetry, type StackRules } from '../../src/resilience/index.ts';
import { callOf, endOf, errorOf, hanging, type Step, scripted, stackOf } from './support.ts';

const down = new UpstreamResponseError('503', { upstreamStatus: 503 });
const noWait = { backoff: { kind: 'constant', baseMs: 0 } } as const;

const ruled = (
  steps: readonly Step[],
  rules: StackRules<string, string>,
  options: ResilienceOptions<string, string> = {},
) => {
  const script = scripted(...steps);
  return { script, ...stackOf(script, { retry: noWait, ...options }, { rules }) };
};

describe('createStack', () => {
  it('runs the operation for the request', async () => {
    const { run, script } = ruled([async (request) => `answer to ${request}`], {});

    expect([await run('q', callOf()), script.calls.length]).toEqual(['answer to q', 1]);
  });

  it('keeps the journal of a success with the call', async () => {
    const { run } = ruled([down, 'answer'], {});
    const call = callOf();

    await run('q', call);

    expect(call.journal.snapshot()).toMatchObject({
      attempts: [{ code: 'dependency-unavailable' }, { code: undefined }],
      stopped: 'success',
    });
  });

  it('attaches the journal to the error of a failure', async () => {
    const { run } = ruled([down], {});

    const error = await errorOf(run('q', callOf()));

    expect(journalOf(error)).toMatchObject({
      attempts: [{ number: 1 }, { number: 2 }, { number: 3 }],
      stopped: 'attempts',
    });
  });

  it("does not attach it to the caller's own reason, which other calls may share", async () => {
    const { run, clock } = ruled([hanging], {});
    const caller = new AbortController();
    const reason = new Error('left');
    const call = callOf({ signal: caller.signal });
    const end = errorOf(run('q', call));
    await clock.advance(0);

    caller.abort(reason);

    expect([await end, journalOf(reason), call.journal.snapshot()]).toMatchObject([
      reason,
      undefined,
      { attempts: [{ code: 'client-closed', reason: 'aborted' }], stopped: 'aborted' },
    ]);
  });

  it('shows the circuit', () => {
    const { breaker } = ruled(['answer'], {});

    expect(breaker?.snapshot().state).toBe('closed');
  });

  it('works with every part switched off', async () => {
    const off = { timeout: false, retry: false, breaker: false, bulkhead: false } as const;
    const { run, breaker, clock } = stackOf(scripted(down), off);
    const end = endOf(run('q', callOf()));

    expect([clock.pendingTimers, await end, breaker]).toEqual([0, { error: down }, undefined]);
  });

  it('passes a business error through by default', async () => {
    const error = new NotFoundError('No such product');
    const { run } = stackOf(scripted(error), { fallback: { value: 'fixed' } });

    expect(await endOf(run('q', callOf()))).toEqual({ error });
  });

  it('takes the last step of a fallback option of its own', async () => {
    const { run } = ruled([down], {}, { fallback: (request) => `instead of ${request}` });

    expect(await run('q', callOf())).toBe('instead of q');
  });
});

describe('rules of a stack', () => {
  it('decide over retries after the user', async () => {
    const seen: unknown[] = [];
    const shouldRetry = (args: object) => {
      seen.push(args);
      return false;
    };
    const { run, script } = ruled(
      [down],
      { shouldRetry },
      { retry: { ...noWait, shouldRetry: () => undefined } },
    );

    await endOf(run('q', callOf()));

    expect([seen, script.calls.length]).toEqual([[{ error: down, attempt: 1, request: 'q' }], 1]);
  });

  it('are not asked where the user decided', async () => {
    const { run, script } = ruled(
      [down, 'answer'],
      { shouldRetry: () => false },
      { retry: { ...noWait, shouldRetry: () => true } },
    );

    await run('q', callOf());

    expect(script.calls.length).toBe(2);
  });

  it('give the journal its statuses', async () => {
    const statusOf = (settled: { error?: unknown }) => (settled.error === undefined ? 200 : 503);
    const { run } = ruled([down, 'answer'], { statusOf });
    const call = callOf();

    await run('q', call);

    expect(call.journal.snapshot().attempts.map(({ status }) => status)).toEqual([503, 200]);
  });

  it("give a call's own limits", async () => {
    const timeoutOf = () => ({ totalMs: 70, attemptMs: 30 });
    const { run, clock } = ruled([hanging], { timeoutOf });
    const end = errorOf(run('q', callOf({ repeatable: false })));

    await clock.advance(30);

    expect(await end).toMatchObject({ scope: 'attempt', timeoutMs: 30 });
  });

  it("give a call's own retries", async () => {
    const plan = readRetry({ where: 'get', path: 'retry' }, { ...noWait, maxRetries: 5 });
    const retryOf = (request: string) => (request === 'patient' ? plan : undefined);
    const { run, script } = ruled([down], { retryOf });

    await endOf(run('patient', callOf()));
    await endOf(run('q', callOf()));

    expect(script.calls.length).toBe(6 + 3);
  });

  it('make an answer of what a fallback gives', async () => {
    const fallbackAnswer = (value: unknown, request: string) => `${request}: ${String(value)}`;
    const { run } = ruled([down], { fallbackAnswer }, { fallback: { value: 'fixed' } });

    expect(await run('q', callOf())).toBe('q: fixed');
  });
});

describe('policies of a stack', () => {
  const tracing =
    (seen: unknown[], view: (call: Call) => unknown): Policy<string, string> =>
    (next) =>
    (request, call) => {
      seen.push(view(call));
      return next(request, call);
    };

  it('cache stands outside the total timeout', async () => {
    const seen: unknown[] = [];
    const { run } = stackOf(scripted('answer'), {}, { cache: tracing(seen, ({ deadline }) => deadline) });

    await run('q', callOf());

    expect(seen).toEqual([undefined]);
  });

  it('cache stands inside the fallback', async () => {
    const cache: Policy<string, string> = () => () => Promise.reject(down);
    const { run } = stackOf(scripted('answer'), { fallback: { value: 'fixed' } }, { cache });

    expect(await run('q', callOf())).toBe('fixed');
  });
});
