import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { type FakeUpstream, fakeUpstream, type ManualClock, manualClock } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { type App, passOn, serveApp } from './app.ts';

const LIMITS = { maxConcurrent: 5, maxQueue: 10, maxQueueMs: 4_000 };

/** How often each text is there. */
const countOf = (texts: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
};

const statuses = (answers: readonly Response[]) => countOf(answers.map(({ status }) => String(status)));

describe.each(expressMajors)(
  'more calls than the bulkhead holds on a hung dependency, on $major',
  ({ express }) => {
    let clock: ManualClock;
    let hung: FakeUpstream;
    let healthy: FakeUpstream;
    let app: App;

    const ask = async (path: string, onAnswer: (answer: Response) => void): Promise<Response> => {
      const answer = await app.ask(path);
      onAnswer(answer);
      return answer;
    };

    const askAll = (
      count: number,
      path: string,
      onAnswer: (answer: Response) => void = () => undefined,
    ): Promise<Response[]> => Promise.all(Array.from({ length: count }, () => ask(path, onAnswer)));

    beforeEach(async () => {
      clock = manualClock();
      [hung, healthy] = await Promise.all([fakeUpstream({ clock }), fakeUpstream({ clock })]);
      hung.respondWith('hang');
      app = await serveApp(express, clock, (routes, { client }) => {
        const common = { retry: false, breaker: false, bulkhead: LIMITS } as const;
        routes.get('/hung', passOn(client({ name: 'hung', baseUrl: hung.url, ...common })));
        routes.get('/healthy', passOn(client({ name: 'healthy', baseUrl: healthy.url, ...common })));
        routes.get('/own', (_req, res) => void res.json({}));
      });
    });

    afterEach(async () => {
      await app.close();
      await Promise.all([hung.close(), healthy.close()]);
    });

    it('are never in flight beyond the limit: the others wait for a slot a while, or are refused at once', async () => {
      const ends: string[] = [];
      const note = ({ body }: Response) => ends.push(`${body.type} at ${clock.now()}`);

      const answers = await clock.runUntil(askAll(40, '/hung', note));

      // Five at a time: the second five from 3 000 ms on, and the last five of the queue give up waiting.
      expect(countOf(ends)).toEqual({
        '/problems/bulkhead-full at 0': 25,
        '/problems/dependency-timeout at 3000': 5,
        '/problems/bulkhead-full at 4000': 5,
        '/problems/dependency-timeout at 6000': 5,
      });
      expect([hung.maxInFlight, hung.requests.length, clock.now()]).toEqual([5, 10, 6_000]);
      const refused = answers.filter(({ status }) => status === 503);
      expect(new Set(refused.map(({ headers }) => headers['retry-after']))).toEqual(new Set(['1']));
    });

    it('leave other routes and other dependencies alone', async () => {
      const stuck = askAll(40, '/hung');
      for (let arrived = 0; arrived < 5; arrived += 1) await hung.nextRequest();

      const others = [...(await askAll(5, '/own')), ...(await askAll(5, '/healthy'))];

      expect(statuses(others)).toEqual({ 200: 10 });
      expect([clock.now(), hung.inFlight, healthy.requests.length]).toEqual([0, 5, 5]);
      await clock.runUntil(stuck);
    });

    it('are answered as always once the dependency is well again', async () => {
      await clock.runUntil(askAll(40, '/hung'));
      hung.respondWith(200);

      const answers = await clock.runUntil(askAll(15, '/hung'));

      expect(statuses(answers)).toEqual({ 200: 15 });
      expect(hung.maxInFlight).toBe(5);
    });
  },
);
