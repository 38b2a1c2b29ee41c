import { describe, expect, it } from '@jest/globals';
import type { Attempt } from '../../src/errors/index.ts';
import { createJournal } from '../../src/policy/index.ts';

const attempt = (number: number): Attempt => ({
  number,
  status: 503,
  code: 'dependency-unavailable',
  durationMs: 12,
  waitMs: 0,
  reason: 'status-503',
});

describe('createJournal', () => {
  it('is empty at first', () => {
    expect(createJournal().snapshot()).toEqual({ attempts: [], stopped: undefined });
  });

  it('lists the attempts in the order they were added', () => {
    const journal = createJournal();

    journal.add(attempt(1));
    journal.add(attempt(2));

    expect(journal.snapshot().attempts).toEqual([attempt(1), attempt(2)]);
  });

  it('can be taken apart, as by a policy that looks on', () => {
    const { snapshot, ...writers } = { ...createJournal() };

    writers.add(attempt(1));

    expect(snapshot().attempts).toEqual([attempt(1)]);
  });

  it('keeps the first reason to stop', () => {
    const journal = createJournal();

    journal.stop('budget');
    journal.stop('attempts');

    expect(journal.snapshot().stopped).toBe('budget');
  });

  it('gives snapshots that are frozen and do not change any more', () => {
    const journal = createJournal();
    journal.add(attempt(1));

    const snapshot = journal.snapshot();
    journal.add(attempt(2));
    journal.stop('success');

    expect(snapshot).toEqual({ attempts: [attempt(1)], stopped: undefined });
    expect([snapshot, snapshot.attempts, snapshot.attempts[0]].every(Object.isFrozen)).toBe(true);
  });
});
