import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { runWithCarrier } from '../../src/context/index.ts';
import { fencedBlocks } from '../support/regions.ts';

type Line = Readonly<Record<string, unknown>>;

/** Runs the example, whose worker thread is out of the reach of Jest, until it has logged that the invoice was sent. */
const runExample = async (): Promise<readonly Line[]> => {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'fixtures', 'jobs.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TSX_TSCONFIG_PATH: join(__dirname, '..', 'tsconfig.json') },
    timeout: 25_000,
  });
  const lines: Line[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(JSON.parse(line)));
  await once(reader, 'close');
  return lines;
};

describe('examples/jobs', () => {
  let lines: readonly Line[];

  beforeAll(async () => {
    lines = await runExample();
  });

  const lineOf = (key: string, value: string): Line => lines.find((line) => line[key] === value) ?? {};

  it('answers the label that the worker thread rendered', () => {
    expect(lines).toContainEqual({ label: 'Order 7' });
  });

  it.each([
    ['invoice sent', 'order-7', 'shop'],
    ['label rendered', 'label-7', 'shop-labels'],
  ])('logs "%s" in the trace and conversation of the request', (msg, requestId, service) => {
    const request = lineOf('requestId', requestId);

    expect(lineOf('msg', msg)).toMatchObject({
      service,
      orderId: '7',
      traceId: request.traceId,
      correlationId: requestId,
      clientRequestId: requestId,
    });
    expect(lineOf('msg', msg).requestId).not.toBe(requestId);
  });

  it('logs what the request bound for its job, and only there', () => {
    expect([lineOf('msg', 'invoice sent').tenant, lineOf('msg', 'label rendered').tenant]).toEqual([
      'blue',
      undefined,
    ]);
  });
});

describe('docs/jobs.md', () => {
  it('shows a carrier that is read', () => {
    const [shown] = fencedBlocks('docs/jobs.md').filter(({ language }) => language === 'json');

    const record = runWithCarrier(shown?.text, (each) => each);

    expect(record).toMatchObject({
      rejectedCarrier: undefined,
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      parentSpanId: '00f067aa0ba902b7',
      fields: { tenant: 'blue' },
    });
  });
});
