import { readSafely, toError } from '../kernel/index.ts';

/** Says, through Node's warnings, that something around an answer went wrong although the answer was given. */
export type Report = (what: string, thrown: unknown) => void;

/** A report that tells each `what` once, so that a fault in a mapper does not flood stderr. */
export const createReport = (): Report => {
  const told = new Set<string>();
  return (what, thrown) => {
    if (told.has(what)) return;
    told.add(what);
    const error = toError(thrown);
    process.emitWarning(`problemHandler: ${what} (told once): ${String(readSafely(error, 'message'))}`, {
      code: 'BREAKWATER_PROBLEM',
    });
  };
};

/**
 * Calls a function of the app's with the promise that nothing it does breaks the answer: what it throws, or later
 * rejects with, is reported and counts as no result.
 */
export const callGuarded = <T>(work: () => T, what: string, report: Report): T | undefined => {
  try {
    const result = work();
    // These functions are synchronous by type; a JavaScript caller's promise must not end the process.
    if (typeof readSafely(result, 'then') === 'function')
      Promise.resolve(result).catch((thrown: unknown) => report(what, thrown));
    return result;
  } catch (thrown) {
    report(what, thrown);
    return undefined;
  }
};
