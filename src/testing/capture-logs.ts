/** A log line as it was printed. */
export type LogLine = Readonly<Record<string, unknown>>;

/** Keeps what a logger writes. */
export interface CapturedLogs {
  /** Destination for pino, and for `createLogger({ stream })`. */
  readonly stream: { write(chunk: string): void };
  /** The lines so far, parsed. @throws Error for a line that is no JSON object */
  readonly lines: readonly LogLine[];
  /** Everything so far, as it was printed. */
  readonly text: string;
  /** The lines of one request. */
  linesFor(requestId: string): readonly LogLine[];
  /** The first line that matches, as soon as it is there: access lines are written after the client has its answer. */
  waitFor(matches: (line: LogLine) => boolean): Promise<LogLine>;
  /** Forgets everything so far. */
  clear(): void;
}

const parse = (line: string): LogLine => {
  try {
    return Object.freeze(JSON.parse(line));
  } catch (cause) {
    throw new Error(`captureLogs: a line is no JSON: ${line.slice(0, 200)}`, { cause });
  }
};

const parseAll = (text: string): readonly LogLine[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map(parse);

/**
 * Captures log lines in memory.
 *
 * @example
 * const logs = captureLogs();
 * const logger = createLogger({ stream: logs.stream });
 * logger.info('hello');
 * logs.lines[0].msg; // 'hello'
 */
export const captureLogs = (): CapturedLogs => {
  let text = '';
  const waiting = new Set<() => void>();
  const logs: CapturedLogs = {
    stream: {
      write: (chunk) => {
        text += chunk;
        for (const look of waiting) look();
      },
    },
    get lines() {
      return parseAll(text);
    },
    get text() {
      return text;
    },
    linesFor: (requestId) => logs.lines.filter((line) => line.requestId === requestId),
    waitFor: (matches) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = logs.lines.find(matches);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    clear: () => {
      text = '';
    },
  };
  return logs;
};
