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

  it.each<[string, object]>([
    ['a frozen error', Object.freeze(new Error('x'))],
    ['a hostile proxy', hostile()],
    ['a function', () => undefined],
  ])('keeps it beside %s, and replaces it', (_what, error) => {
    const later: Journal = { attempts: [], stopped: 'budget' };

    attachJournal(error, journal);
    const first = journalOf(error);
    attachJournal(error, later);

    expect([first, journalOf(error)]).toEqual([journal, later]);
  });

  it('keeps the last one with an error that was frozen in between', () => {
    const error = new Error('x');
    const later: Journal = { attempts: [], stopped: 'budget' };
    attachJournal(error, journal);

    attachJournal(Object.freeze(error), later);

    expect(journalOf(error)).toBe(later);
  });

  it.each([
    ['undefined', undefined],
    ['a text', 'x'],
    ['null', null],
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

function hostile(): object {
  const refuse = (): never => {
    throw new Error('no');
  };
  return new Proxy({}, { get: refuse, defineProperty: refuse });
}
