import { describeValue, readSafely, toError } from '../kernel/index.ts';
import { escapeControls, scrubText } from '../redaction/index.ts';

const MAX_MESSAGE = 2_000;

/** Says, through Node's warnings, that something around an answer went wrong although the answer was given. */
export type Report = (what: string, thrown: unknown) => void;

/**
 * A report that tells each `what` once, so that a fault in a mapper does not flood stderr.
 *
 * @param where whose report it is
 */
export const createReport = (where = 'problemHandler'): Report => {
  const told = new Set<string>();
  return (what, thrown) => {
    if (told.has(what)) return;
    told.add(what);
    const message = scrubText(String(readSafely(toError(thrown), 'message')), MAX_MESSAGE);
    // Quoted and cut: a message may carry line breaks that forge lines of a log.
    const quoted = escapeControls(describeValue(message));
    process.emitWarning(`${where}: ${what} (told once): ${quoted}`, {
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
