import { durationMs, readOptions } from '../../kernel/index.ts';
import { type DuplicateKey, duplicatesIn } from './duplicate-keys.ts';
import { hasStack, singleFailure, waitedInVain } from './failures.ts';
import { levelOf, levelWord } from './levels.ts';
import { type LogLine, parseLine, requestIdOf } from './line.ts';
import { findSecret } from './secrets.ts';

/** Options of `waitFor()`. */
export interface WaitForOptions {
  /** How long to wait, in milliseconds of the machine's clock. @default 5_000 */
  readonly withinMs?: number | undefined;
}

const WAIT_FOR_DEFAULTS: Required<WaitForOptions> = Object.freeze({ withinMs: 5_000 });

/** Keeps what a logger writes. */
export interface CapturedLogs {
  /** Destination for pino, and for `createLogger({ stream })`. */
  readonly stream: { write(chunk: string): void };
  /** The lines so far, parsed. @throws Error for a line that is no JSON object */
  readonly lines: readonly LogLine[];
  /** Everything so far, as it was printed. */
  readonly text: string;
  /** The lines of one request, in any of the formats that a logger of ours writes. */
  linesFor(requestId: string): readonly LogLine[];
  /** The lines of a level: a word of pino, or its number; it does not matter which of them the lines have. */
  at(level: string | number): readonly LogLine[];
  /** The records of one request that have a stack. */
  errorsFor(requestId: string): readonly LogLine[];
  /** The one record of a request that has a stack. @throws Error that lists its lines, for none and for more than one */
  expectSingleFailure(requestId: string): LogLine;
  /** Names that stand more than once in their object, nested ones too; parsed lines do not show them. */
  duplicateKeys(): readonly DuplicateKey[];
  /** @throws Error that names them, if there are such names */
  expectNoDuplicateKeys(): void;
  /**
   * Looks for secrets as they are, in other letter case, percent-encoded, escaped as JSON (also by `\u` and the number of a
   * character), in hexadecimal digits, and in base64, where they may be a part of what was encoded (for secrets from seven
   * characters on).
   *
   * @throws Error that shows the line of the first one; TypeError for no secret, or one of fewer than four characters
   */
  expectNoSecret(...secrets: readonly string[]): void;
  /**
   * The first line that matches, as soon as it is there: access lines are written after the client has its answer. Rejects
   * at a line that is no JSON object, and with a list of the lines where none comes in time.
   */
  waitFor(matches: (line: LogLine) => boolean, options?: WaitForOptions): Promise<LogLine>;
  /** Forgets everything so far. */
  clear(): void;
}

const EXCERPT = 60;

/** Parses each line once, when somebody asks: whoever waits in a load test looks at each write. */
const createReader = (): ((text: string) => readonly LogLine[]) => {
  let parsed: readonly LogLine[] = [];
  let end = 0;
  return (text) => {
    if (text.length < end) [parsed, end] = [[], 0];
    if (text.length > end) {
      const fresh = text
        .slice(end)
        .split('\n')
        .filter((line) => line !== '');
      const lines = fresh.map(parseLine);
      // What has no line break yet may go on.
      if (!text.endsWith('\n')) return [...parsed, ...lines];
      parsed = [...parsed, ...lines];
      end = text.length;
    }
    return parsed;
  };
};

const duplicateKeysIn = (text: string): readonly DuplicateKey[] =>
  text
    .split('\n')
    .flatMap((json, place) =>
      json === '' ? [] : duplicatesIn(json).map((path) => ({ line: place + 1, path })),
    );

const expectNoDuplicates = (text: string): void => {
  const found = duplicateKeysIn(text);
  if (found.length === 0) return;
  const lines = text.split('\n');
  const shown = found.map(
    ({ line, path }) => `  line ${line}, ${path}: ${lines[line - 1]?.slice(0, 500) ?? ''}`,
  );
  throw new Error(
    `captureLogs: no name may stand twice in an object\nexpected: none\nreceived:\n${shown.join('\n')}`,
  );
};

const expectAbsent = (printed: string, secrets: readonly string[]): void => {
  const found = findSecret(printed, secrets);
  if (found === undefined) return;
  const { secret, form, text, index, length } = found;
  const line = text.slice(0, index).split('\n').length;
  const excerpt = text.slice(Math.max(0, index - EXCERPT), index + length + EXCERPT);
  throw new Error(
    [
      `captureLogs: a secret was printed, ${form}`,
      `expected: no ${JSON.stringify(secret)}`,
      `received: line ${line}: …${excerpt.replaceAll('\n', '⏎')}…`,
    ].join('\n'),
  );
};

const waitForLine = (
  { logs, waiting }: { readonly logs: CapturedLogs; readonly waiting: Set<() => void> },
  matches: (line: LogLine) => boolean,
  options: WaitForOptions | undefined,
): Promise<LogLine> => {
  const { withinMs } = readOptions({ where: 'waitFor' }, options, WAIT_FOR_DEFAULTS, {
    withinMs: durationMs(),
  });
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      waiting.delete(look);
      end();
    };
    // What is thrown here must reach the test, not the logger that is writing.
    const look = (): void => {
      try {
        const found = logs.lines.find(matches);
        if (found !== undefined) settle(() => resolve(found));
      } catch (thrown) {
        settle(() => reject(thrown));
      }
    };
    const timer = setTimeout(() => settle(() => reject(waitedInVain(withinMs, logs.lines))), withinMs);
    waiting.add(look);
    look();
  });
};

/**
 * Captures log lines in memory, and answers what tests ask of them. What it finds wrong it throws as an Error, so that it
 * serves any test runner.
 *
 * @example
 * const logs = captureLogs();
 * const logger = createLogger({ stream: logs.stream });
 * logger.info('hello');
 * logs.lines[0].msg; // 'hello'
 * logs.expectNoDuplicateKeys();
 */
export const captureLogs = (): CapturedLogs => {
  let text = '';
  let read = createReader();
  const waiting = new Set<() => void>();
  const logs: CapturedLogs = {
    stream: {
      write: (chunk) => {
        text += chunk;
        for (const look of waiting) look();
      },
    },
    get lines() {
      return read(text);
    },
    get text() {
      return text;
    },
    linesFor: (requestId) => logs.lines.filter((line) => requestIdOf(line) === requestId),
    at: (level) => logs.lines.filter((line) => levelOf(line) === levelWord(level)),
    errorsFor: (requestId) => logs.linesFor(requestId).filter(hasStack),
    expectSingleFailure: (requestId) => singleFailure(requestId, logs.linesFor(requestId), logs.lines),
    duplicateKeys: () => duplicateKeysIn(text),
    expectNoDuplicateKeys: () => expectNoDuplicates(text),
    expectNoSecret: (...secrets) => expectAbsent(text, secrets),
    waitFor: (matches, options) => waitForLine({ logs, waiting }, matches, options),
    clear: () => {
      text = '';
      read = createReader();
    },
  };
  return logs;
};
