import { describe, expect, it } from '@jest/globals';
import { attachJournal, type Journal, journalOf, UpstreamTimeoutError } from '../../src/errors/index.ts';

const journal: Journal = Object.freeze({ attempts: Object.freeze([]), stopped: 'attempts' });

describe('attachJournal', () => {
  it('keeps the journal with an error of ours, which then shows it', () => {
    const error = new UpstreamTimeoutError('Too late');

    attachJournal(error, journal);

    expect([error.journal, journalOf(error)]).toEqual([journal, journal]);
  });

  it('keeps it with any error, out of sight', () => {
    const error = Object.assign(new Error('x'), { code: 'E' });

    attachJournal(error, journal);

    expect([journalOf(error), JSON.stringify(error), Object.keys(error)]).toEqual([
      journal,
      '{"code":"E"}',
      ['code'],
    ]);
  });

  it('replaces the journal of an earlier call', () => {
    const error = new Error('x');
    const later: Journal = { attempts: [], stopped: 'budget' };

    attachJournal(error, journal);
    attachJournal(error, later);

    expect(journalOf(error)).toBe(later);
  });

  it('leaves a frozen error without one and does not throw', () => {
    const error = Object.freeze(new Error('x'));

    attachJournal(error, journal);

    expect(journalOf(error)).toBeUndefined();
  });

  it.each([
    ['undefined', undefined],
    ['a text', 'x'],
    ['a hostile proxy', hostile()],
  ])('survives %s', (_name, thrown: unknown) => {
    attachJournal(thrown, journal);

    expect(journalOf(thrown)).toBeUndefined();
  });
});

describe('journalOf', () => {
  it('finds none with an error of no call', () => {
    expect([journalOf(new UpstreamTimeoutError()), new UpstreamTimeoutError().journal]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

function hostile(): unknown {
  const refuse = (): never => {
    throw new Error('no');
  };
  return new Proxy({}, { get: refuse, defineProperty: refuse });
}
