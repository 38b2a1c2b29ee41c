import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readScript } from '../support/child.ts';

interface Seen {
  /** What was begun, each kind with whether it was inside a request's context. */
  readonly begun: readonly string[];
  /** Whether the record of the request was held after its end. */
  readonly isHeld: boolean;
}

interface Verdict {
  readonly opened: Seen;
  readonly forced: Seen;
  readonly connected: readonly Seen[];
}

/** In a process of its own: nothing of Jest shall hold what it looks for. */
const runChild = (): Promise<Verdict> =>
  readScript(join(__dirname, 'fixtures', 'detached.ts'), { nodeArgs: ['--expose-gc'], timeoutMs: 20_000 });

describe('what outlives the request that began it', () => {
  let verdict: Verdict;

  beforeAll(async () => {
    verdict = await runChild();
  }, 25_000);

  it('is outside of its context, and holds no record of it: a circuit that was made and opened within', () => {
    expect(verdict.opened).toEqual({ begun: ['Timeout outside'], isHeld: false });
  });

  it('is so too where the circuit was forced open, which takes no timer at all', () => {
    expect(verdict.forced).toEqual({ begun: [], isHeld: false });
  });

  it.each([0, 1, 2])('is so too of the connections of a client, whatever its time limits (%d)', (place) => {
    const { begun = [], isHeld } = verdict.connected[place] ?? {};

    expect([begun.filter((each) => each.endsWith('inside')), isHeld]).toEqual([[], false]);
    expect(begun).toContain('TCPWRAP outside');
  });
});
