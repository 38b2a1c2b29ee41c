import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UpstreamResponseError } from '../../src/errors/index.ts';
import type { Outcome } from '../../src/policy/index.ts';
import { type ResilienceOptions, retry } from '../../src/resilience/index.ts';
import { callOf, endOf, scripted, stackOf } from './support.ts';

const down = new UpstreamResponseError('503', { upstreamStatus: 503 });
const busy = new UpstreamResponseError('429', { upstreamStatus: 429 });
const broken = (): never => {
  throw new Error('bug');
};

/** A stack without waits around what fails so. */
const failing = (options: ResilienceOptions<string, string>, error: Error = down) => {
  const { run, breaker } = stackOf(scripted(error, 'answer'), { retry: false, ...options });
  return { end: () => endOf(run('q', callOf())), breaker };
};

describe('the word of classify', () => {
  it.each<[Outcome, object]>([
    ['success', { successes: 1, failures: 0 }],
    ['failure', { successes: 0, failures: 1 }],
    ['neutral', { successes: 0, failures: 0 }],
  ])('is taken: %s for a failure', async (word, counts) => {
    const { end, breaker } = failing({ classify: () => word });

    await end();

    expect(breaker?.snapshot()).toMatchObject(counts);
  });

  it('is asked about how the attempt settled', async () => {
    const seen: unknown[] = [];
    const classify = (settled: object): undefined => {
      seen.push(settled);
      return undefined;
    };
    const { end } = failing({ classify });

    await end();
    await end();

    expect(seen).toEqual([{ error: down }, { value: 'answer' }]);
  });

  it('is not missed where there is none', async () => {
    const { end, breaker } = failing({});

    await end();

    expect(breaker?.snapshot()).toMatchObject({ successes: 0, failures: 1 });
  });
});

describe('the warning of a callback that is broken', () => {
  const { emitWarning } = process;
  let warnings: unknown[][] = [];
  const texts = (): unknown[] => warnings.map(([text]) => text);
  const nothingFrom = (what: string): string =>
    `"${what}" threw "bug": the built-in rule decides (told once)`;

  beforeEach(() => {
    warnings = [];
    process.emitWarning = (...given: unknown[]) => {
      warnings.push(given);
    };
  });

  afterEach(() => {
    process.emitWarning = emitWarning;
  });

  it.each<[string, ResilienceOptions<string, string>, Error]>([
    ['classify', { classify: broken }, down],
    ['shouldRetry', { retry: { maxRetries: 0, shouldRetry: broken } }, down],
    ['fallback.when', { fallback: { value: 'instead', when: broken } }, down],
    ['backoff', { retry: { maxRetries: 1, backoff: broken } }, down],
    ['throttleBackoff', { retry: { maxRetries: 1, throttleBackoff: broken } }, busy],
  ])('names it: %s', async (name, options, error) => {
    const { run, clock } = stackOf(scripted(error), { retry: false, ...options });
    const work = endOf(run('q', callOf()));

    await clock.advance(100_000);
    await work;

    expect(texts()).toEqual([nothingFrom(name)]);
  });

  it('has a code that a process can filter by', async () => {
    await failing({ classify: broken }).end();

    expect(warnings.map(([, options]) => options)).toEqual([{ code: 'BREAKWATER_CALLBACK' }]);
  });

  it('holds no secret and no control character of what was thrown', async () => {
    const classify = (): never => {
      throw new Error('\u001b[31mno access with password=hunter2');
    };

    await failing({ classify }).end();

    expect(String(texts()[0])).toMatch(/^"classify" threw ".*no access with password=\[Redacted\]"/);
    expect(String(texts()[0])).not.toContain('\u001b');
  });

  it.each([undefined, null])('is not given for an answer of %p', async (nothing) => {
    // What a caller without types can write.
    const classify = () => nothing as undefined;

    await failing({ classify }).end();

    expect(warnings).toEqual([]);
  });

  it('is one for the chance of all waits', async () => {
    const run = retry<string, string>({
      maxRetries: 2,
      backoff: { baseMs: 0 },
      throttleBackoff: { baseMs: 0 },
      random: () => 2,
    })(scripted(down, busy, 'answer').operation);

    await run('q', callOf());

    expect(texts()).toEqual(['"random" answered 2: the built-in rule decides (told once)']);
  });
});
