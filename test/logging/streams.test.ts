import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const script = join(__dirname, 'fixtures', 'streams-that-fail.ts');

describe('createLogger › when what it writes to has died', () => {
  it('then the process lives on and is warned', async () => {
    const options = { timeout: 30_000, cwd: join(__dirname, '..', '..') };

    const { stdout, stderr } = await run(process.execPath, ['--import', 'tsx', script], options);

    const { alive, warnings } = JSON.parse(stdout);
    expect(alive).toBe(true);
    // Once for each stream that said so; what is written after its end Node drops without a word.
    expect(warnings).toEqual(['BREAKWATER_LOG', 'BREAKWATER_LOG']);
    expect(stderr).not.toContain('Unhandled');
  }, 40_000);
});
