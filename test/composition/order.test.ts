import { describe, expect, it } from '@jest/globals';
import { UpstreamResponseError } from '../../src/errors/index.ts';
import { hanging } from '../resilience/support.ts';
import { observe, SLOW } from './order-support.ts';

const down = new UpstreamResponseError('500', { upstreamStatus: 500 });
const failing = { steps: [down] };

describe('the order of retry and breaker', () => {
  it('inside, the breaker counts attempts: it opens within the first call', async () => {
    const seen = await observe(['retry', 'breaker'], { ...failing, calls: 3 });

    expect(seen).toEqual({
      ends: ['dependency-failed', 'circuit-open', 'circuit-open'],
      attempts: [3, 0, 0],
      executions: 3,
    });
  });

  it('outside, the breaker counts calls: it opens after the third one', async () => {
    const seen = await observe(['breaker', 'retry'], { ...failing, calls: 4 });

    expect(seen).toEqual({
      ends: ['dependency-failed', 'dependency-failed', 'dependency-failed', 'circuit-open'],
      attempts: [3, 3, 3, 0],
      executions: 9,
    });
  });
});

describe('the order of retry and timeout', () => {
  it('inside, each attempt has its time', async () => {
    const seen = await observe(['retry', 'timeout'], { steps: [hanging] });

    expect(seen).toEqual({ ends: ['dependency-timeout'], attempts: [3], executions: 3 });
  });

  it('outside, all attempts share it: the second one is cut short', async () => {
    const seen = await observe(['total', 'retry'], { steps: [down, hanging] });

    expect(seen).toEqual({ ends: ['dependency-timeout'], attempts: [2], executions: 2 });
  });

  it('outside, a timeout is nothing that is retried', async () => {
    const seen = await observe(['timeout', 'retry'], { steps: [hanging] });

    expect(seen).toEqual({ ends: ['dependency-timeout'], attempts: [1], executions: 1 });
  });
});

describe('the order of retry and bulkhead', () => {
  it('inside, a retry that sleeps holds no slot: both calls run', async () => {
    const seen = await observe(['retry', 'bulkhead'], { steps: [down, 'b', 'a'], calls: 2, together: true });

    expect(seen).toEqual({ ends: ['a', 'b'], attempts: [2, 1], executions: 3 });
  });

  it('outside, it holds its slot while it sleeps: the second call is refused', async () => {
    const seen = await observe(['bulkhead', 'retry'], { steps: [down, 'a'], calls: 2, together: true });

    expect(seen).toEqual({ ends: ['a', 'bulkhead-full'], attempts: [2, 0], executions: 2 });
  });
});

describe('the order of retry and fallback', () => {
  it('inside, the fallback answers the first failure, and nothing is retried', async () => {
    const seen = await observe(['retry', 'fallback'], { steps: [down, 'second'] });

    expect(seen).toEqual({ ends: ['instead'], attempts: [1], executions: 1 });
  });

  it('outside, the retries come first', async () => {
    const [saved, spent] = [
      await observe(['fallback', 'retry'], { steps: [down, 'second'] }),
      await observe(['fallback', 'retry'], failing),
    ];

    expect(saved).toEqual({ ends: ['second'], attempts: [2], executions: 2 });
    expect(spent).toEqual({ ends: ['instead'], attempts: [3], executions: 3 });
  });
});

describe('the order of retry and hedge', () => {
  it('inside, each attempt is hedged that is slow, and one that fails at once is not', async () => {
    const seen = await observe(['retry', 'hedge'], failing);

    expect(seen).toEqual({ ends: ['dependency-failed'], attempts: [3], executions: 3 });
  });

  it('outside, a call that sleeps between attempts is taken for slow, and all its attempts are doubled', async () => {
    const seen = await observe(['hedge', 'retry'], failing);

    expect([seen.ends, seen.executions]).toEqual([['dependency-failed'], 6]);
  });
});

describe('the order of bulkhead and hedge', () => {
  it('inside, the bulkhead has no slot for the hedge, and the attempt goes on alone', async () => {
    const seen = await observe(['hedge', 'bulkhead'], { steps: [SLOW] });

    expect([seen.ends, seen.executions]).toEqual([[SLOW], 1]);
  });

  it('outside, both run in one slot', async () => {
    const seen = await observe(['bulkhead', 'hedge'], { steps: [SLOW] });

    expect([seen.ends, seen.executions]).toEqual([[SLOW], 2]);
  });
});

describe('the order of breaker and hedge', () => {
  const hung = { steps: [hanging], calls: 3 };

  it('inside, the breaker judges each of the two: it opens within the second call', async () => {
    const seen = await observe(['hedge', 'breaker', 'timeout'], hung);

    expect(seen.ends).toEqual(['dependency-timeout', 'dependency-timeout', 'circuit-open']);
    expect(seen.executions).toBe(4);
  });

  it('outside, it judges what came of both: it opens after the third call', async () => {
    const seen = await observe(['breaker', 'hedge', 'timeout'], hung);

    expect(seen.ends).toEqual(['dependency-timeout', 'dependency-timeout', 'dependency-timeout']);
    expect(seen.executions).toBe(6);
  });
});

describe('the order of breaker and fallback', () => {
  it('inside, the fallback hides failures from the breaker, which never opens', async () => {
    const seen = await observe(['breaker', 'fallback'], { ...failing, calls: 5 });

    expect([new Set(seen.ends), seen.executions]).toEqual([new Set(['instead']), 5]);
  });

  it('outside, it answers refusals too: the dependency is left alone', async () => {
    const seen = await observe(['fallback', 'breaker'], { ...failing, calls: 5 });

    expect([new Set(seen.ends), seen.executions]).toEqual([new Set(['instead']), 3]);
  });
});

describe('the order of timeout and fallback', () => {
  it('inside, the fallback is not asked when the time is up', async () => {
    const seen = await observe(['total', 'fallback'], { steps: [hanging] });

    expect([seen.ends, seen.executions]).toEqual([['dependency-timeout'], 1]);
  });

  it('outside, it answers for that too', async () => {
    const seen = await observe(['fallback', 'total'], { steps: [hanging] });

    expect([seen.ends, seen.executions]).toEqual([['instead'], 1]);
  });
});

describe('the order of timeout and bulkhead', () => {
  const slowly = { steps: [SLOW], calls: 2, together: true };

  it('inside, the time does not run while a call waits for its slot: both have theirs', async () => {
    const seen = await observe(['queue', 'timeout'], slowly);

    expect([seen.ends, seen.executions]).toEqual([[SLOW, SLOW], 2]);
  });

  it('outside, it does: the second call has 50 ms left', async () => {
    const seen = await observe(['total', 'queue'], slowly);

    expect([seen.ends, seen.executions]).toEqual([[SLOW, 'dependency-timeout'], 2]);
  });
});

describe('retries at two levels', () => {
  it('multiply: three attempts of three attempts are nine', async () => {
    const seen = await observe(['retry', 'retry'], failing);

    expect([seen.ends, seen.executions]).toEqual([['dependency-failed'], 9]);
  });
});
