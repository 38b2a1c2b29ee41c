import { join } from 'node:path';
import { readScript } from '../support/child.ts';

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
export const runChild = <T>(script: string, ...args: readonly string[]): Promise<T> =>
  readScript<T>(join(__dirname, 'fixtures', script), { args, timeoutMs: MAX_MS });
