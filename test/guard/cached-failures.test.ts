import { describe, expect, it } from '@jest/globals';
import {
  BulkheadFullError,
  CircuitOpenError,
  ConflictError,
  DependencyError,
  DependencyPausedError,
  NotFoundError,
  ServiceUnavailableError,
  UpstreamConnectionError,
  UpstreamResponseError,
  UpstreamTimeoutError,
} from '../../src/errors/index.ts';
import { scripted } from './cached-support.ts';

const coded = (code: string, more: object = {}): Error => Object.assign(new Error(code), { code, ...more });

const axiosError = (status: number): Error =>
  Object.assign(new Error(`Request failed with status code ${status}`), {
    name: 'AxiosError',
    isAxiosError: true,
    code: 'ERR_BAD_RESPONSE',
    response: { status, headers: {} },
  });

describe('an old value of a cached function', () => {
  it.each<[string, Error]>([
    ['circuit-open', new CircuitOpenError()],
    ['bulkhead-full', new BulkheadFullError()],
    ['paused', new DependencyPausedError()],
    ['timeout', new UpstreamTimeoutError()],
    ['network', new UpstreamConnectionError()],
    ['network', new UpstreamResponseError('Truncated', { reason: 'truncated' })],
    ['network', coded('ECONNREFUSED', { syscall: 'connect' })],
    ['upstream-5xx', new UpstreamResponseError('503', { upstreamStatus: 503 })],
    ['upstream-5xx', axiosError(502)],
    ['failure', new DependencyError('The stock is down')],
    ['failure', new ServiceUnavailableError('Closed')],
    ['failure', new Error('anything')],
  ])('stands in, with the reason %s, for %s', async (reason, error) => {
    const { run } = scripted([1, error]);
    await run('tea');

    const { value, cache } = await run.answer('tea');

    expect([value, cache.reason]).toEqual([1, reason]);
  });

  it.each<[string, Error]>([
    ['a business error', new ConflictError('Sold')],
    ['what is not there', new NotFoundError('No such thing')],
    ['a mistake of the program', new TypeError('x is not a function')],
    ['an answer that is not ours to see', new UpstreamResponseError('401', { upstreamStatus: 401 })],
    ['an answer that is not ours to see, of another library', axiosError(403)],
    ['too many calls', new UpstreamResponseError('429', { upstreamStatus: 429 })],
    ['what a dependency cannot do', new UpstreamResponseError('501', { upstreamStatus: 501 })],
  ])('does not stand in for %s', async (_what, error) => {
    const { run } = scripted([1, error]);
    await run('tea');

    await expect(run('tea')).rejects.toBe(error);
  });

  it.each<[string, Error]>([
    ['404', new NotFoundError('No such thing')],
    ['410', new UpstreamResponseError('410', { upstreamStatus: 410 })],
  ])('is forgotten once there is nothing any more: %s', async (_status, gone) => {
    const down = new Error('down');
    const { run } = scripted([1, gone, down]);
    await run('tea');
    await run('tea').catch(() => undefined);

    await expect(run('tea')).rejects.toBe(down);
  });

  it('stands in where staleWhen says so', async () => {
    const { run } = scripted([1, new ConflictError('Sold')], { staleWhen: () => true });
    await run('tea');

    const { value, cache } = await run.answer('tea');

    expect([value, cache.reason]).toEqual([1, 'failure']);
  });

  it('does not stand in where staleWhen says so', async () => {
    const down = new Error('down');
    const { run } = scripted([1, down], { staleWhen: () => false });
    await run('tea');

    await expect(run('tea')).rejects.toBe(down);
  });

  it('goes by the built-in rule where staleWhen says nothing', async () => {
    const { run } = scripted([1, new Error('down')], { staleWhen: () => undefined });
    await run('tea');

    expect(await run('tea')).toBe(1);
  });
});
