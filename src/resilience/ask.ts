import { types } from 'node:util';
import { describeValue, readSafely } from '../kernel/index.ts';
import { escapeControls, scrubText } from '../redaction/index.ts';

/** Asks a callback of the app's; `undefined` leaves the matter to the built-in rule. */
export type Ask = <T>(ask: () => unknown, isAnswer: (given: unknown) => given is T) => T | undefined;

/** Tells whether a callback said one of these words. */
export const oneOfThese =
  <T>(...words: readonly T[]) =>
  (given: unknown): given is T =>
    words.some((word) => word === given);

/** Whether a callback said yes or no. */
export const isYesOrNo = oneOfThese(true, false);

const messageOf = (thrown: unknown): string =>
  escapeControls(describeValue(scrubText(String(readSafely(thrown, 'message')))));

/**
 * Asks callbacks whose answer decides about an error, and must not take its place: one that throws, or answers something
 * that is no answer, has said nothing. A process warning tells, once.
 *
 * @param name of the option, for the warning
 */
export const createAsk = (name: string): Ask => {
  let warned = false;
  const warn = (what: string): void => {
    if (warned) return;
    warned = true;
    process.emitWarning(`"${name}" ${what}: the built-in rule decides (told once)`, {
      code: 'BREAKWATER_CALLBACK',
    });
  };
  return (ask, isAnswer) => {
    try {
      const given = ask();
      if (isAnswer(given)) return given;
      // Nobody waits for an async one; its rejection would end the process.
      if (types.isPromise(given)) given.catch(() => undefined);
      if (given !== undefined && given !== null)
        warn(`answered ${types.isPromise(given) ? 'a promise' : describeValue(given)}`);
    } catch (thrown) {
      warn(`threw ${messageOf(thrown)}`);
    }
    return undefined;
  };
};
