import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createShelf, memoryStore } from '../../src/cache/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { fileStore } from './file-store.ts';
import { storeContract } from './store-contract.ts';

const folders: string[] = [];

const newFileStore = () => {
  const folder = mkdtempSync(join(tmpdir(), 'express-breakwater-store-'));
  folders.push(folder);
  return fileStore(folder);
};

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

storeContract('memoryStore', () => memoryStore());
storeContract('a store of files', newFileStore);

describe('a shelf in a store of files', () => {
  it('gives back bytes and all around them, as another shelf finds them', async () => {
    const clock = manualClock();
    const setup = { store: newFileStore(), storeTimeoutMs: 50, clock };
    const value = { variants: [{ status: 200, body: Uint8Array.from([0, 255]), url: undefined }] };
    await createShelf(setup).set('k', value, { keepMs: 1_000, sizeBytes: 2, partition: undefined });

    const got = await createShelf(setup).get('k');

    expect(got).toEqual({ storedAt: clock.wallTime(), value });
  });
});
