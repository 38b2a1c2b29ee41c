import { types } from 'node:util';
import { describeValue, readSafely } from '../kernel/index.ts';

/** Asks a callback of the app's; `undefined` leaves the matter to the built-in rule. */
export type Ask = <T>(ask: () => unknown, answers: readonly T[]) => T | undefined;

/**
 * Asks callbacks whose answer decides about an error, and must not take its place: one that throws, or answers anything
 * but one of `answers`, has said nothing. A process warning tells, once.
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
  return (ask, answers) => {
    try {
      const given = ask();
      // Nobody waits for an async one; its rejection would end the process.
      if (types.isPromise(given)) given.catch(() => undefined);
      const answer = answers.find((each) => each === given);
      if (answer === undefined && given !== undefined && given !== null)
        warn(`answered ${types.isPromise(given) ? 'a promise' : describeValue(given)}`);
      return answer;
    } catch (thrown) {
      warn(`threw: ${String(readSafely(thrown, 'message'))}`);
      return undefined;
    }
  };
};
