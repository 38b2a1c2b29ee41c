import { firstOf, type LogLine } from './line.ts';

const LEVEL = ['level', 'log.level', 'severity', 'severity_text', 'severityText'];

/** What pino's numbers and the formats' words stand for. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['10', 'trace'],
  ['20', 'debug'],
  ['30', 'info'],
  ['40', 'warn'],
  ['50', 'error'],
  ['60', 'fatal'],
  ['warning', 'warn'],
  ['critical', 'fatal'],
]);

/** A level as a word of pino, if it has one. */
export const levelWord = (level: unknown): string => {
  const written = String(level).toLowerCase();
  return WORDS.get(written) ?? written;
};

/** The level of a line, written as a number or as a word. */
export const levelOf = (line: LogLine): string => levelWord(firstOf(line, LEVEL));
