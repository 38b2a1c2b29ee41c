import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readScript } from '../support/child.ts';

interface Verdict {
  readonly requestId: string;
  readonly traceId: string;
  readonly worker: {
    readonly carrier: { readonly traceparent: string };
    readonly answer: {
      readonly before: boolean;
      readonly job: Readonly<Record<string, string>>;
      readonly onwards: string;
      readonly alone: string;
    };
    readonly inListener: string;
    readonly afterwards: string;
  };
  readonly child: {
    readonly carrier: { readonly traceparent: string };
    readonly answer: Readonly<Record<string, string>>;
  };
}

/** Jest's module loader does not reach into workers: the parent is a process of its own. */
const runParent = (): Promise<Verdict> =>
  readScript(join(__dirname, 'fixtures', 'carrier-parent.ts'), { timeoutMs: 25_000 });

const spanIn = ({ traceparent }: { readonly traceparent: string }): string | undefined =>
  traceparent.split('-')[2];

describe('a carrier', () => {
  let verdict: Verdict;

  beforeAll(async () => {
    verdict = await runParent();
  });

  it('brings the trace into a worker thread, which has no context of its own', () => {
    const { answer, carrier } = verdict.worker;

    expect(answer.before).toBe(true);
    expect(answer.job).toEqual({
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      correlationId: verdict.requestId,
      clientRequestId: verdict.requestId,
      traceId: verdict.traceId,
      parentSpanId: spanIn(carrier),
    });
    expect(answer.job.requestId).not.toBe(verdict.requestId);
    expect([answer.onwards, answer.alone === verdict.traceId]).toEqual([verdict.traceId, false]);
  });

  it('leaves the listeners of the parent in the context of the request', () => {
    expect([verdict.worker.inListener, verdict.worker.afterwards]).toEqual([
      verdict.requestId,
      verdict.requestId,
    ]);
  });

  it('brings the trace into a child process through its environment', () => {
    const { answer, carrier } = verdict.child;

    expect(answer).toEqual({
      traceId: verdict.traceId,
      parentSpanId: spanIn(carrier),
      clientRequestId: verdict.requestId,
    });
  });
});
