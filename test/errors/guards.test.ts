import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import {
  CircuitOpenError,
  isBreakwaterError,
  isBusinessError,
  isRejectedError,
  isTechnicalError,
  isUpstreamError,
  NotFoundError,
  UpstreamTimeoutError,
} from '../../src/errors/index.ts';
import { type Copy, loadCopy } from '../support/copy.ts';

const guards = [isBreakwaterError, isBusinessError, isTechnicalError, isRejectedError, isUpstreamError];
const verdicts = (value: unknown): readonly boolean[] => guards.map((guard) => guard(value));

describe('the guards, of errors of another copy of the package', () => {
  it('know what instanceof does not', async () => {
    const copy = await loadCopy();

    const error = new copy.NotFoundError();

    expect([error instanceof NotFoundError, isBusinessError(error)]).toEqual([false, true]);
  });

  it.each<[string, (copy: Copy) => Error, readonly boolean[]]>([
    ['business', (copy) => new copy.NotFoundError(), [true, true, false, false, false]],
    ['technical', (copy) => new copy.BadGatewayError(), [true, false, true, false, false]],
    ['rejected', (copy) => new copy.CircuitOpenError(), [true, false, true, true, false]],
    ['upstream', (copy) => new copy.UpstreamTimeoutError(), [true, false, true, false, true]],
  ])('tell its families apart: %s', async (_family, make, expected) => {
    const copy = await loadCopy();

    expect(verdicts(make(copy))).toEqual(expected);
  });

  it('know a defined error and find its journal', async () => {
    const copy = await loadCopy();
    const Broke = copy.defineError('broke', { status: 402 });
    const error = new Broke();
    const journal = { attempts: [], stopped: 'budget' as const };

    copy.attachJournal(error, journal);

    expect([isBusinessError(error), error.journal]).toEqual([true, journal]);
  });
});

describe('the guards, of what is no error of ours', () => {
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'not-found'],
    ['a plain error', new Error('x')],
    ['an error of another realm', runInNewContext('new Error("x")')],
    ['an object that looks like one', { name: 'NotFoundError', status: 404, code: 'not-found' }],
    ['a sent copy of one', JSON.parse(JSON.stringify(new CircuitOpenError('x')))],
    ['a cloned one', structuredClone(new UpstreamTimeoutError('x'))],
    ['a revoked proxy', revoked()],
  ])('know none in %s', (_name, value: unknown) => {
    expect(verdicts(value)).toEqual([false, false, false, false, false]);
  });
});

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
