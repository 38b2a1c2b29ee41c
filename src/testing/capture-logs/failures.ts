import { levelOf } from './levels.ts';
import { type LogLine, memberAt, requestIdOf } from './line.ts';

const STACK_NAME = /(?:^|\.)(?:stack|stack_?trace)$/i;

/** Whether a line has a stack, under any name that a format gives it, at any depth. */
export const hasStack = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([name, member]) => (STACK_NAME.test(name) && typeof member === 'string') || hasStack(member),
  );
};

const show = (line: LogLine): string => {
  const event = memberAt(line, 'event') ?? memberAt(line, 'event.action') ?? memberAt(line, 'msg');
  return `${levelOf(line)} ${String(event)}${hasStack(line) ? ' (with a stack)' : ''}`;
};

const list = (lines: readonly LogLine[]): string =>
  lines.length === 0 ? '  (no lines)' : lines.map((line) => `  ${show(line)}`).join('\n');

/**
 * The one record with a stack among the lines of a request.
 *
 * @throws Error that lists the lines, for none and for more than one
 */
export const singleFailure = (
  requestId: string,
  own: readonly LogLine[],
  all: readonly LogLine[],
): LogLine => {
  const [first, ...more] = own.filter(hasStack);
  if (first !== undefined && more.length === 0) return first;
  const found = first === undefined ? 'none' : `${more.length + 1}`;
  const ids = [...new Set(all.map(requestIdOf).filter((id) => id !== undefined))].map(String);
  const others =
    own.length > 0 ? '' : `\nrequests with lines: ${ids.length > 0 ? ids.slice(0, 20).join(', ') : '(none)'}`;
  throw new Error(
    [
      `captureLogs: request ${JSON.stringify(requestId)} must have one record with a stack`,
      'expected: 1',
      `received: ${found}, among ${own.length} lines of the request:`,
      `${list(own)}${others}`,
    ].join('\n'),
  );
};

const MAX_SHOWN = 50;

/** Tells of a line that did not come, by what came instead. */
export const waitedInVain = (withinMs: number, lines: readonly LogLine[]): Error => {
  const shown = lines.slice(-MAX_SHOWN).map((line) => {
    const requestId = requestIdOf(line);
    return `${show(line)}${requestId === undefined ? '' : `, request ${String(requestId)}`}`;
  });
  const rest = lines.length > MAX_SHOWN ? `, the last ${MAX_SHOWN} of them:` : ':';
  return new Error(
    [
      `captureLogs: no line that matches came within ${withinMs} ms`,
      `received: ${lines.length} lines${lines.length === 0 ? '' : rest}`,
      ...shown.map((line) => `  ${line}`),
    ].join('\n'),
  );
};
