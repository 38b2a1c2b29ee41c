import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import type { CircuitOpenError } from '../../src/errors/index.ts';
import { guarded } from './breaker-support.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

/** What is used once everything is collected that nobody holds. */
const heapBytes = (): number => {
  if (typeof collectGarbage === 'function') collectGarbage();
  return process.memoryUsage().heapUsed;
};

/** What is kept of a failure: in the snapshot, and as the cause of the next refusal. */
const keptOf = async (failure: unknown) => {
  const { begin, circuit } = guarded({
    minimumCalls: 1,
    classify: ({ error }) => (error ? 'failure' : undefined),
  });
  await begin().fail(failure);
  // Refused, as the circuit is open.
  const { error } = (await begin().end) as { readonly error: CircuitOpenError };
  return { lastError: circuit.snapshot().lastError, cause: error.cause as Error };
};

describe('the last error of a circuit', () => {
  it('is cut to 64 characters of name and code, and 300 of its message', async () => {
    const long = Object.assign(new Error('m'.repeat(301)), { name: 'n'.repeat(65), code: 'c'.repeat(65) });
    const kept = { name: 'n'.repeat(64), message: 'm'.repeat(300), code: 'c'.repeat(64) };

    const { lastError, cause } = await keptOf(long);

    expect(lastError).toEqual(kept);
    expect({ ...cause, message: cause.message }).toEqual(kept);
  });

  it('holds no secret that is known by its form, one that is cut in half included', async () => {
    const at = 'postgres://admin:hunter2@db:5432/shop';
    const failure = Object.assign(new Error(`${'m'.repeat(280)} ${at}; Authorization: Bearer abc.def`), {
      name: `Error of ${at}`,
      code: 'token=abc',
    });

    const { lastError, cause } = await keptOf(failure);

    expect(lastError).toEqual({
      name: 'Error of postgres://[Redacted]@db:5432/shop',
      message: `${'m'.repeat(280)} postgres://[Redacte`,
      code: 'token=[Redacted]',
    });
    expect([cause.message, cause.name]).toEqual([lastError?.message, lastError?.name]);
  });

  it.each<[string, unknown]>([
    ['numbers', { name: 1, message: 2, code: 3 }],
    ['empty texts', { name: '', message: '', code: '' }],
    ['nothing', {}],
    ['a text that was thrown', 'no error'],
    [
      'getters that throw',
      Object.defineProperties(
        {},
        Object.fromEntries(
          ['name', 'message', 'code'].map((key) => [
            key,
            {
              get: () => {
                throw new Error('trap');
              },
            },
          ]),
        ),
      ),
    ],
  ])('says nothing of its own for %s', async (_what, failure) => {
    const { lastError, cause } = await keptOf(failure);

    expect(lastError).toEqual({ name: 'Error', message: '', code: undefined });
    expect([cause instanceof Error, cause.name, cause.message, 'code' in cause]).toEqual([
      true,
      'Error',
      '',
      false,
    ]);
  });

  it('is frozen', async () => {
    const { lastError } = await keptOf(new Error('down'));

    expect(Object.isFrozen(lastError)).toBe(true);
  });

  it('does not keep a message of a megabyte, read or not', async () => {
    const MEGABYTE = 2 ** 20;
    const circuits = Array.from({ length: 50 }, () => guarded());
    const before = heapBytes();

    for (const [index, { begin, circuit }] of circuits.entries()) {
      await begin().fail(new Error(String(index).padEnd(MEGABYTE, 'm')));
      // The call of before, and its error, are let go.
      await begin().succeed();
      if (index % 2 === 0) circuit.snapshot();
    }

    expect(heapBytes() - before).toBeLessThan(10 * MEGABYTE);
    expect(circuits.map(({ circuit }) => circuit.snapshot().lastError?.message.slice(0, 2))).toContain('49');
  });

  it('has no stack as the cause of a refusal, whose own errors keep theirs', async () => {
    const { stackTraceLimit } = Error;

    const { cause } = await keptOf(new Error('down'));

    expect([cause.stack, Error.stackTraceLimit]).toEqual(['Error: down', stackTraceLimit]);
  });

  it('is no cause of a refusal before anything failed', async () => {
    const { circuit, begin } = guarded();
    circuit.forceOpen();

    const { error } = (await begin().end) as { readonly error: CircuitOpenError };

    expect([error.message, 'cause' in error]).toEqual(['The circuit of catalog is open', false]);
  });
});
