import { execFile, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { installCrashHandlers } from '../../src/logging/index.ts';
import { captureLogs, type LogLine } from '../../src/testing/index.ts';

const FIXTURE = join(__dirname, 'fixtures', 'crash.ts');

interface Ended {
  readonly code: number | string | undefined;
  readonly out: string;
  readonly err: string;
  readonly file: string;
}

const isCrash = ({ event }: LogLine): boolean => event === 'process.crash';

/** The crash lines of a text that holds lines of JSON among others. */
const crashesIn = (text: string, level: string | number = 'fatal'): readonly LogLine[] => {
  const logs = captureLogs();
  for (const line of text.split('\n').filter((each) => each.startsWith('{'))) logs.stream.write(`${line}\n`);
  return logs.at(level).filter(isCrash);
};

const readIfThere = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

let folder: string;
let files = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'breakwater-crash-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const crash = (sink: string, fault: string, flags: readonly string[] = []): Promise<Ended> => {
  files += 1;
  const file = join(folder, `${files}.log`);
  const args = [...flags, '--import', 'tsx', FIXTURE, sink, fault, file];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: 25_000 }, (error, out, err) => {
      resolve({ code: error?.code ?? (error === null ? 0 : 'killed'), out, err, file: readIfThere(file) });
    });
  });
};

describe('a process that crashes', () => {
  it.each([
    ['stdout', 'out'],
    ['process.stdout', 'out'],
    ['worker to stdout', 'out'],
    ['file', 'file'],
    ['file, in the background', 'file'],
    ['file, without a buffer', 'file'],
    ['worker', 'file'],
    ['worker of the options', 'file'],
    ['multistream', 'file'],
  ] as const)('has its line, whole, where the logger writes: %s', async (sink, place) => {
    const ended = await crash(sink, 'throw');

    expect(crashesIn(ended[place])).toEqual([
      expect.objectContaining({
        origin: 'uncaughtException',
        msg: 'process crashed: uncaughtException',
        err: {
          type: 'Error',
          message: 'a bug',
          stack: expect.stringContaining('crash.ts'),
          cause: expect.objectContaining({ message: 'a cause' }),
        },
      }),
    ]);
    expect(ended).toMatchObject({ code: 1, err: '' });
  });

  it.each(['silent', 'a stream that throws', 'a stream that is gone', 'a stuck stream'])(
    'has its line on stderr where the logger does not write: %s',
    async (sink) => {
      const ended = await crash(sink, 'throw');

      expect(crashesIn(ended.err)).toEqual([
        expect.objectContaining({ err: expect.objectContaining({ message: 'a bug' }) }),
      ]);
      expect(ended.code).toBe(1);
    },
  );

  it('has its line at error where the logger has no level that is called fatal', async () => {
    const { code, out } = await crash('levels of the app', 'throw');

    const crashes = [...crashesIn(out, 4), ...crashesIn(out, 'error')];
    expect([code, crashes.length]).toEqual([1, 1]);
  });

  it.each([
    ['Express 4 async handler', 'unhandledRejection'],
    ['Express 5 late timer', 'uncaughtException'],
    ['Express 5 forgotten promise', 'unhandledRejection'],
  ])('says whose request it was: %s', async (fault, origin) => {
    const { code, out } = await crash('stdout', fault);

    expect(crashesIn(out)).toEqual([expect.objectContaining({ origin, requestId: 'req-7' })]);
    expect(code).toBe(1);
  });

  it.each([
    ['reject', 'a bug'],
    ['reject with nothing', 'undefined'],
    ['reject with a text', '"password=[Redacted]"'],
    ['reject with an object', 'an object'],
    ['reject with a proxy', 'an object'],
  ])('by a promise that nobody handles has its line: %s', async (fault, message) => {
    const { code, out, err } = await crash('stdout', fault);

    expect(crashesIn(out)).toEqual([
      expect.objectContaining({ origin: 'unhandledRejection', err: expect.objectContaining({ message }) }),
    ]);
    expect([code, err]).toEqual([1, '']);
    expect(out).not.toContain('hunter2');
  });

  it('has one line for a rejection that Node raises as an exception too', async () => {
    const { code, out } = await crash('stdout', 'reject', ['--unhandled-rejections=strict']);

    expect([code, crashesIn(out).length]).toEqual([1, 1]);
  });

  it('has a line for each failure until it ends, and ends in time', async () => {
    const twice = await crash('stdout', 'throw twice at once');
    const often = await crash('a stuck stream', 'throw again and again');

    expect([twice.code, crashesIn(twice.out).length]).toEqual([1, 2]);
    expect(often.code).toBe(1);
    expect(crashesIn(often.file).length).toBeGreaterThan(1);
    expect(crashesIn(often.file).length).toBeLessThanOrEqual(10);
  });

  it('ends as it is told to', async () => {
    const { code, out } = await crash('stdout', 'own exit');

    expect(code).toBe(4);
    expect(out).toMatch(/"process\.crash".*\nexit 3\n$/);
  });

  it.each(['throws', 'rejects', 'resolves', 'never settles'])(
    'ends even where the function that ends it %s',
    async (what) => {
      const { code, out } = await crash('stdout', `exit that ${what}`);

      expect([code, crashesIn(out).length]).toEqual([5, 1]);
      expect(out.includes('drained')).toBe(what === 'resolves');
    },
  );

  it('prints before its line what the flight recorder kept for the request', () => {
    const file = join(folder, 'flight.log');
    const fd = openSync(file, 'w');
    const args = ['--import', 'tsx', FIXTURE, 'stdout', 'Express 5 with debug lines', file];

    // A file takes the first line in the background while the second is made.
    spawnSync(process.execPath, args, { stdio: ['ignore', fd, 'ignore'], timeout: 25_000 });

    closeSync(fd);
    const lines = readIfThere(file)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ msg, requestId }) => [msg, requestId])).toEqual([
      ['before it crashed', 'req-7'],
      ['process crashed: uncaughtException', 'req-7'],
    ]);
  });

  it('is left to Node again by what is returned', async () => {
    const { code, out, err } = await crash('stdout', 'uninstalled');

    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^Error: a bug/m);
  });
});

describe('installCrashHandlers', () => {
  it.each<[object | undefined, string]>([
    [undefined, 'option "logger" must be options of pino or a pino instance, but was undefined'],
    [{ logger: 'pino' }, 'option "logger" must be options of pino or a pino instance, but was "pino"'],
    [{ logger: {}, exit: true }, 'option "exit" must be a function, but was true'],
    [{ logger: {}, exitCode: 256 }, 'option "exitCode" must be a whole number from 0 to 255, but was 256'],
    [{ logger: {}, flushMs: -1 }, 'option "flushMs" must be a number of milliseconds from 0 to 2147483647'],
    [{ logger: {}, exitMs: '1s' }, 'option "exitMs" must be a number of milliseconds from 0 to 2147483647'],
    [{ logger: {}, exitcode: 1 }, 'unknown option "exitcode"'],
  ])('refuses %j', (options, message) => {
    // @ts-expect-error wrong on purpose
    expect(() => installCrashHandlers(options)).toThrow(`installCrashHandlers: ${message}`);
  });
});
