import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Long enough for a machine that does much else; a child that hangs is ended. */
const MAX_MS = 60_000;

/** How long a test that runs a child may take. */
export const CHILD_TEST_MS = MAX_MS + 10_000;

/**
 * Runs a script of fixtures/ in a process of its own, since instrumentations hook what Node loads, and reads the one JSON
 * value that it prints.
 *
 * @param args the instrumentations, the major of Express, and what the script takes besides
 */
export const runChild = async <T>(script: string, ...args: readonly string[]): Promise<T> => {
  const file = join(__dirname, 'fixtures', script);
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: MAX_MS,
  });
  const output: string[] = [];
  child.stdout.on('data', (chunk) => output.push(String(chunk)));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${output.join('')}`);
  // Each script says in its test what it prints.
  return JSON.parse(output.join('')) as T;
};
