import type { Logger } from 'pino';
import { pinoSymbol } from './pino-symbols.ts';

/** Longest line in bytes: shippers and syslog cut or drop what is longer, and half a line of JSON is none. */
export const MAX_LINE_BYTES = 65_536;

const MAX_UTF8_BYTES = 3;
/** Leaves room for punctuation and for what is added. */
const BUDGET_BYTES = 48_000;
const MAX_TEXT = 4_000;
const MAX_ITEMS = 20;
const MAX_DEPTH = 12;
const TRUNCATED = '[Truncated]';
const LINE_END = /\r?\n$/;

type Budget = { left: number };

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

const shrinkScalar = (value: unknown, budget: Budget): unknown => {
  const short = typeof value === 'string' && value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  const cost = bytesOf(short);
  if (cost > budget.left) return TRUNCATED;
  budget.left -= cost;
  return short;
};

const shrink = (value: unknown, budget: Budget, depth: number): unknown => {
  if (!isNested(value)) return shrinkScalar(value, budget);
  if (depth > MAX_DEPTH || budget.left <= 0) return TRUNCATED;
  return Array.isArray(value)
    ? value.slice(0, MAX_ITEMS).map((item) => shrink(item, budget, depth + 1))
    : shrinkMembers(value, budget, depth);
};

/** What is short goes first: ids and the message are worth more than the end of a long list. */
const shrinkMembers = (given: object, budget: Budget, depth: number): object => {
  const entries = Object.entries(given);
  const inOrder = [
    ...entries.filter(([, value]) => !isNested(value)),
    ...entries.filter(([, value]) => isNested(value)),
  ];
  const result: Record<string, unknown> = {};
  for (const [name, value] of inOrder) {
    // A name without its value would cost nothing and come for ever.
    budget.left -= bytesOf(name) + TRUNCATED.length;
    if (budget.left <= 0) break;
    result[name] = shrink(value, budget, depth + 1);
  }
  return result;
};

/** A line that is too long, as JSON of the same names with less in it, `truncated: true` and its former `lineBytes`. */
export const capLine = (line: string): string => {
  if (line.length * MAX_UTF8_BYTES <= MAX_LINE_BYTES) return line;
  const lineBytes = Buffer.byteLength(line);
  if (lineBytes <= MAX_LINE_BYTES) return line;
  try {
    const short = shrinkMembers(JSON.parse(line), { left: BUDGET_BYTES }, 0);
    const [end = ''] = LINE_END.exec(line) ?? [];
    return `${JSON.stringify({ ...short, truncated: true, lineBytes })}${end}`;
  } catch {
    // What is no JSON comes from a formatter of the app's.
    return line;
  }
};

type StreamWrite = (line: string) => string;

/** Keeps the lines of a logger and of its children short enough; a hook of the app's gets them so. */
export const capLines = (logger: Logger): void => {
  const symbol = pinoSymbol(logger, 'pino.hooks');
  if (symbol === undefined) return;
  // What pino keeps under this symbol is what its options took.
  const hooks = Reflect.get(logger, symbol) as { readonly streamWrite?: StreamWrite } | undefined;
  const own = hooks?.streamWrite;
  const streamWrite: StreamWrite = (line) => (own === undefined ? capLine(line) : own(capLine(line)));
  Object.defineProperty(logger, symbol, {
    value: { ...hooks, streamWrite },
    configurable: true,
    writable: true,
  });
};
