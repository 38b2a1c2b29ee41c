import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type BreakwaterOptions, breakwater } from '../../src/suite/index.ts';
import { type StartedSdk, startSdk } from '../support/otel.ts';

const quiet = { level: 'silent' };

describe('breakwater({ tracing })', () => {
  let sdk: StartedSdk;

  beforeEach(() => {
    sdk = startSdk();
  });

  afterEach(() => {
    sdk.stop();
  });

  const traced = async (tracing: boolean | undefined, isClosed = false): Promise<readonly string[]> => {
    const { events, close } = breakwater({ service: 'orders', logger: quiet, tracing });
    if (isClosed) await close();
    sdk.within(() =>
      events.publish('stale.served', { dependency: 'catalog', call: 'GET /x', ageMs: 1, reason: 'timeout' }),
    );
    return sdk.exporter.getFinishedSpans().flatMap((span) => span.events.map(({ name }) => name));
  };

  it('writes events onto spans unless it is switched off', async () => {
    expect(await traced(undefined)).toEqual(['stale.served']);
    sdk.exporter.reset();
    expect(await traced(false)).toEqual([]);
  });

  it('ends with close()', async () => {
    expect(await traced(true, true)).toEqual([]);
  });

  it('is refused where it is neither true nor false', () => {
    const part: object = { tracing: 'yes' };
    const options: BreakwaterOptions = Object.assign({ service: 'orders', logger: quiet }, part);

    expect(() => breakwater(options)).toThrow(
      new TypeError('breakwater: option "tracing" must be true or false, but was "yes"'),
    );
  });
});
