import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { breakwater, NotFoundError } from '../../src/index.ts';
import type { BreakwaterOptions } from '../../src/suite/index.ts';
import { captureLogs, type LogLine, manualClock } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';

const isAccessLine = ({ event }: LogLine): boolean => event === 'http.server.request';
const isRecord = ({ event }: LogLine): boolean => event === 'http.server.request.exception';
const SUPPRESSED = 'http.server.request.exception.suppressed';

/** A trace whose random part is this share of the greatest. */
const traceOf = (share: number): string =>
  `aaaaaaaaaaaaaaaaaa${Math.floor(share * 0xff_ff_ff)
    .toString(16)
    .padStart(6, '0')}00000000`;

describe.each(expressMajors)('the volume of the log on $major', ({ express }) => {
  const setUp = (log: BreakwaterOptions['log'], context: BreakwaterOptions['context'] = {}) => {
    const logs = captureLogs();
    const clock = manualClock();
    const suite = breakwater({ service: 'orders', clock, context, log: { stream: logs.stream, ...log } });
    const app = express();
    const fail = (message: string): never => {
      throw new Error(message);
    };
    app.use(suite.before);
    app.get('/fine', (_req, res) => void res.send('ok'));
    app.get('/slow', async (_req, res) => {
      await clock.advance(5_000);
      res.send('ok');
    });
    app.get('/missing', () => {
      throw new NotFoundError('none');
    });
    app.get('/bugs/:id', (req) => fail(`bug ${req.params.id}`));
    app.get('/elsewhere', () => fail('bug'));
    app.get('/places/:name', (req) => {
      if (req.params.name === 'here') throw new Error('a bug here');
      throw new Error('a bug there');
    });
    app.get('/other', () => {
      throw new Error('another place');
    });
    app.use(suite.after);
    const ask = async (path: string, traceId = traceOf(0), flags = '02') =>
      request(app).get(path).set('traceparent', `00-${traceId}-00f067aa0ba902b7-${flags}`);
    return { ask, clock, logs, suite };
  };

  describe('with sampling', () => {
    it.each([
      [{ rate: 0.25 }, 0.75],
      [0.25, 0.75],
      [0.5, 0.5],
      [1, 0],
    ])('at %j keeps the lines of traces from a share of %d up', async (sample, from) => {
      const { ask, logs } = setUp({ sample });
      const shares = [0, 0.1, 0.3, 0.49, 0.51, 0.74, 0.76, 0.99];

      for (const share of shares) await ask('/fine', traceOf(share));
      await ask('/missing');

      await logs.waitFor(({ path }) => path === '/missing');
      const kept = logs.lines.filter(({ path }) => path === '/fine').map(({ traceId }) => traceId);
      expect(kept).toEqual(shares.filter((share) => share >= from).map(traceOf));
    });

    it('never leaves out what failed, was slow or not found, and says what a line stands for', async () => {
      const { ask, logs } = setUp({ sample: 0.5 });

      for (const path of ['/fine', '/bugs/1', '/slow', '/missing']) await ask(path);
      await ask('/fine', traceOf(0.9));

      await logs.waitFor(({ sampleRate }) => sampleRate === 0.5);
      expect(logs.lines.filter(isAccessLine).map(({ path, sampleRate }) => [path, sampleRate])).toEqual([
        ['/bugs/1', 1],
        ['/slow', 1],
        ['/missing', 1],
        ['/fine', 0.5],
      ]);
    });

    it('leaves out every ordinary line at 0', async () => {
      const { ask, logs } = setUp({ sample: 0 });

      await ask('/fine', 'f'.repeat(32));
      await ask('/missing');

      await logs.waitFor(isAccessLine);
      expect(logs.lines.filter(isAccessLine).map(({ path }) => path)).toEqual(['/missing']);
    });

    it('says nothing of a rate where all lines are kept', async () => {
      const { ask, logs } = setUp({});

      await ask('/fine');

      expect(await logs.waitFor(isAccessLine)).not.toHaveProperty('sampleRate');
    });

    it.each(['always', 'never'] as const)(
      'is not moved by the sampled flag of a caller that is trusted %s',
      async (trust) => {
        const { ask, logs } = setUp({ sample: 0 }, { trust });

        await ask('/fine', traceOf(0), '03');
        await ask('/missing');

        await logs.waitFor(isAccessLine);
        expect(logs.lines.filter(isAccessLine).map(({ path }) => path)).toEqual(['/missing']);
      },
    );
  });

  describe('with identical failures collapsed', () => {
    it('writes the first of a window whole and counts the others', async () => {
      const { ask, clock, logs } = setUp({ collapse: { windowMs: 1_000 } });

      for (const id of ['1', '2', '3']) await ask(`/bugs/${id}`);
      await clock.advance(1_000);
      await ask('/bugs/4');

      await logs.waitFor(({ path }) => path === '/bugs/4');
      const lines = logs.lines.filter((line) => !isAccessLine(line));
      expect(lines).toMatchObject([
        { level: 'error', path: '/bugs/1', err: { message: 'bug 1', stack: expect.any(String) } },
        {
          level: 'error',
          event: SUPPRESSED,
          type: 'Error',
          code: 'internal-server-error',
          status: 500,
          route: '/bugs/:id',
          suppressed: 2,
        },
        { level: 'error', path: '/bugs/4', err: { message: 'bug 4' } },
      ]);
      expect(lines[1]).not.toHaveProperty('requestId');
    });

    it('accounts for every request: its access line has the code', async () => {
      const { ask, logs } = setUp({ collapse: {} });

      for (const id of ['1', '2', '3']) await ask(`/bugs/${id}`);

      await logs.waitFor((line) => line.path === '/bugs/3' && isAccessLine(line));
      expect(logs.lines.filter(isRecord)).toHaveLength(1);
      expect(logs.lines.filter(isAccessLine).map(({ code, outcome }) => [code, outcome])).toEqual(
        Array.from({ length: 3 }, () => ['internal-server-error', 'technical-error']),
      );
    });

    it('tells failures apart by route and by the place where they were made', async () => {
      const { ask, logs } = setUp({ collapse: {} });

      const paths = ['/bugs/1', '/elsewhere', '/other', '/other', '/places/here', '/places/there', '/bugs/2'];
      for (const path of paths) await ask(path);

      await logs.waitFor((line) => line.path === '/bugs/2' && isAccessLine(line));
      expect(logs.lines.filter(isRecord).map(({ path }) => path)).toEqual([
        '/bugs/1',
        '/elsewhere',
        '/other',
        '/places/here',
        '/places/there',
      ]);
    });

    it('tells the rest as the app closes', async () => {
      const { ask, logs, suite } = setUp({ collapse: {} });
      for (const id of ['1', '2']) await ask(`/bugs/${id}`);

      await suite.close();

      expect(logs.lines.filter(({ event }) => event === SUPPRESSED)).toMatchObject([{ suppressed: 1 }]);
    });

    it('tells of a kind that it has to forget', async () => {
      const { ask, logs } = setUp({ collapse: { maxKeys: 1 } });

      for (const path of ['/bugs/1', '/bugs/2', '/other']) await ask(path);

      await logs.waitFor((line) => line.path === '/other' && isAccessLine(line));
      expect(logs.lines.filter(({ event }) => event === SUPPRESSED)).toMatchObject([{ suppressed: 1 }]);
    });

    it('leaves business errors alone', async () => {
      const { ask, logs } = setUp({ collapse: {} });

      for (const path of ['/missing', '/missing']) await ask(path);

      await logs.waitFor(() => logs.lines.filter(isAccessLine).length === 2);
      expect(logs.lines.filter(isRecord)).toHaveLength(2);
    });

    it('is off unless asked for', async () => {
      const { ask, logs } = setUp({});

      for (const id of ['1', '2']) await ask(`/bugs/${id}`);

      await logs.waitFor(() => logs.lines.filter(isAccessLine).length === 2);
      expect(logs.lines.filter(isRecord)).toHaveLength(2);
    });
  });
});

describe('options of the volume of the log', () => {
  it.each<[string, BreakwaterOptions['log'], RegExp]>([
    [
      'collapse',
      { collapse: { windowMs: 0 } },
      /^logEvents: option "collapse.windowMs" must be a number of mill/,
    ],
    [
      'maxKeys',
      { collapse: { maxKeys: 0.5 } },
      /^logEvents: option "collapse.maxKeys" must be a whole number/,
    ],
    [
      'slowCallMs',
      { slowCallMs: -1 },
      /^logEvents: option "slowCallMs" must be false or a number of mill.*-1$/,
    ],
    ['sample', { sample: -0.1 }, /^accessLog: option "sample" must be a number from 0 to 1.* but was -0.1$/],
  ])('are checked at creation: %s', (_name, log, message) => {
    expect(() => breakwater({ service: 'orders', log })).toThrow(message);
  });
});
