import { describe, expect, it, jest } from '@jest/globals';
import { createClient } from '../../src/client/index.ts';
import { getContext, type RequestContext, runWithCarrier, runWithContext } from '../../src/context/index.ts';
import { protect } from '../../src/guard/index.ts';

const hangs = protect(() => new Promise<never>(() => undefined), { name: 'catalog', timeout: false });

/** What becomes of a call that is made in that record, once `leave` was called. */
const endIn = async (record: RequestContext, leave: () => void): Promise<unknown> => {
  const end = runWithContext(record, () => hangs()).catch((error: unknown) => error);
  leave();
  return end;
};

const recordOfJob = (signal?: AbortSignal): RequestContext =>
  runWithCarrier(undefined, getContext, { signal });

describe('a call', () => {
  it('follows the signal that its job was given', async () => {
    const caller = new AbortController();

    const end = await endIn(recordOfJob(caller.signal), () => caller.abort('left'));

    expect(end).toBe('left');
  });

  it('follows the signal of a copy of a record', async () => {
    const caller = new AbortController();
    const record = { ...recordOfJob(), signal: caller.signal };

    const end = await endIn(record, () => caller.abort('left'));

    expect(end).toBe('left');
  });

  it('follows the signal of what stands before a record', async () => {
    const caller = new AbortController();
    const record: RequestContext = Object.create(recordOfJob(), { signal: { value: caller.signal } });

    const end = await endIn(record, () => caller.abort('left'));

    expect(end).toBe('left');
  });

  it('goes out where the record is of another copy of the package', async () => {
    const records: RequestContext[] = [];
    await jest.isolateModulesAsync(async () => {
      const other = await import('../../src/context/index.ts');
      records.push(other.runWithCarrier(undefined, other.getContext));
    });
    const [record = recordOfJob()] = records;
    const client = createClient({
      name: 'catalog',
      baseUrl: 'http://127.0.0.1:9',
      retry: false,
      timeout: false,
      hedge: { afterMs: 100 },
    });

    const end = runWithContext(record, () => client.get('/things').then(String));

    await expect(end).rejects.toMatchObject({ code: 'dependency-failed' });
  });
});
