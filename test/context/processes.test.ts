import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** What a script says, in a process of its own. */
const verdictOf = async (script: string, ...args: readonly string[]): Promise<unknown> => {
  const file = join(__dirname, 'fixtures', script);
  const child = spawn(process.execPath, [...args, '--import', 'tsx', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 25_000,
  });
  const output: string[] = [];
  child.stdout.on('data', (chunk) => output.push(String(chunk)));
  await once(child, 'close');
  return JSON.parse(output.join(''));
};

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

  it('makes one AsyncLocalStorage for all apps, clients and requests, and touches no layer of Express', async () => {
    const verdict = await verdictOf('stores.ts');

    expect(verdict).toEqual({ served: 30, own: 1, later: 0, watched: [] });
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
