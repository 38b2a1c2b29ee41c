import { describe, expect, it } from '@jest/globals';
import { type LoggerOptions, pino } from 'pino';
import { createLogger } from '../../src/logging/index.ts';

const SECRET = 'tr0ub4dor';

const collect = () => {
  const lines: string[] = [];
  return { lines, stream: { write: (line: string) => void lines.push(line) } };
};

const fail = (): never => {
  throw new Error('a fault of the logger itself');
};

describe('createLogger › given an instance', () => {
  it.each<[string, LoggerOptions]>([
    ['a formatter', { formatters: { log: fail } }],
    ['a hook', { hooks: { logMethod: fail } }],
    ['a merge strategy', { mixinMergeStrategy: fail }],
    ['a mixin', { mixin: fail }],
  ])('when %s of it throws › then the line is written and nothing is thrown', (_name, options) => {
    const { lines, stream } = collect();
    const logger = createLogger({ logger: pino(options, stream) });

    logger.info({ orderId: 7 }, 'stored');

    expect(lines).toEqual([expect.stringContaining('"orderId":7')]);
  });

  it('when an object is interpolated into a message › then its secrets are redacted', () => {
    const { lines, stream } = collect();
    const logger = createLogger({ logger: pino({}, stream) });

    logger.info('login of %j', { password: SECRET });

    expect(lines.join()).toContain('login of');
    expect(lines.join()).not.toContain(SECRET);
  });

  it('when it lacks a level that our lines need › then that is told at creation', () => {
    const options = { level: 'audit', customLevels: { audit: 35 }, useOnlyCustomLevels: true };

    expect(() => createLogger({ logger: pino(options) })).toThrow(/option "logger" must be .* level "info"/);
    expect(() => createLogger({ logger: options })).toThrow(/option "logger" must be .* level "info"/);
  });

  it('when it came from createLogger › then further secret names still hold', () => {
    const { lines, stream } = collect();
    const first = createLogger({ stream });

    createLogger({ logger: first, redact: ['iban'] }).info({ iban: SECRET, password: SECRET });

    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain(SECRET);
  });
});

describe('createLogger › when a whole request stands under a name of its own', () => {
  it('then the raw lists and texts of its headers are not printed', () => {
    const { lines, stream } = collect();
    const request = { rawHeaders: ['Cookie', `sid=${SECRET}`], res: { _header: `Set-Cookie: ${SECRET}` } };

    createLogger({ stream }).info({ request });

    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain(SECRET);
  });
});
