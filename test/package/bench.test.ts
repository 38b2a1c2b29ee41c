import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const BENCH = join(__dirname, '..', 'bench', 'run.mjs');

const bench = (...args: readonly string[]) =>
  spawnSync(process.execPath, [BENCH, ...args], { encoding: 'utf8' });

describe('npm run bench', () => {
  it('tells its parts and options › when asked for help', () => {
    const { status, stdout } = bench('--help');

    expect(status).toBe(0);
    for (const name of [
      'inbound',
      'outbound',
      'failure',
      'memory',
      '--rounds',
      '--against',
      '--json',
      '--write',
      '--guard',
    ])
      expect(stdout).toContain(name);
  });

  it.each([
    [['nothing'], 'There is no part "nothing"; parts are inbound, outbound, failure, memory'],
    [['--rounds', 'many'], '--rounds must be a number above 0, and is many'],
    [['--scale', '0'], '--scale must be a number above 0, and is 0'],
    [['--fast'], "Unknown option '--fast'"],
    [['--guard', 'memory'], '--guard measures what it has to, and takes nothing beside it but --against'],
  ])('says what is wrong and measures nothing › when given %j', (args, complaint) => {
    const { status, stderr, stdout } = bench(...args);

    expect(status).toBe(1);
    expect(stderr).toContain(complaint);
    expect(stdout).toBe('');
  });
});
