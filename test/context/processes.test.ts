import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readScript } from '../support/child.ts';

/** What a script says, in a process of its own. */
const verdictOf = (script: string, ...nodeArgs: readonly string[]): Promise<unknown> =>
  readScript(join(__dirname, 'fixtures', script), { nodeArgs, timeoutMs: 25_000 });

describe('a process', () => {
  it('has one context for all copies of the package, imported or required', async () => {
    const verdict = await verdictOf('copies.mts');

    expect(verdict).toEqual({
      importedIsRequired: true,
      secondIsOther: true,
      secondSeesTheContext: true,
      firstSeesTheContextOfTheSecond: true,
      secondSeesTheRequest: true,
      secondBinds: true,
    });
  });

  it('makes one AsyncLocalStorage for all requests and one for all guarded calls, and touches no layer of Express', async () => {
    const verdict = await verdictOf('stores.ts');

    expect(verdict).toEqual({ served: 30, own: 2, later: 0, watched: [] });
  });

  it('keeps no request alive for a record, and no record for a client that was made in a request', async () => {
    const verdict = await verdictOf('lifetimes.ts', '--expose-gc');

    expect(verdict).toEqual({ requests: 0, records: 0 });
  });

  it('has no context in its worker threads; messages come back into that of their listener', async () => {
    const verdict = await verdictOf('worker.ts');

    expect(verdict).toEqual({ inWorker: 'none', after: true });
  });
});
