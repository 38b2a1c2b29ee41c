import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { type FakeUpstream, fakeUpstream, type ManualClock, manualClock } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { type App, passOn, serveApp } from './app.ts';

const LIMITS = { maxConcurrent: 5, maxQueue: 10, maxQueueMs: 2_000 };
const times = (answers: readonly Response[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { body, status } of answers) {
    const word = `${status} ${body.code ?? 'ok'}`;
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
};

describe.each(expressMajors)(
  'more calls than the bulkhead holds on a hung dependency, on $major',
  ({ express }) => {
    let clock: ManualClock;
    let hung: FakeUpstream;
    let healthy: FakeUpstream;
    let app: App;

    const askAll = (count: number, path: string): Promise<Response[]> =>
      Promise.all(Array.from({ length: count }, () => app.ask(path)));

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

    it('are never in flight beyond the limit: the others wait a while, or are refused at once', async () => {
      const answers = await clock.runUntil(askAll(40, '/hung'));

      expect(times(answers)).toEqual({ '503 bulkhead-full': 35, '504 dependency-timeout': 5 });
      expect([hung.maxInFlight, hung.requests.length, clock.now()]).toEqual([5, 5, 3_000]);
      const refused = answers.filter(({ status }) => status === 503);
      expect(new Set(refused.map(({ headers }) => headers['retry-after']))).toEqual(new Set(['1']));
    });

    it('take the slots of those whose time is up, five at a time', async () => {
      const waves = [await clock.runUntil(askAll(5, '/hung')), await clock.runUntil(askAll(5, '/hung'))];

      expect(waves.map(times)).toEqual([{ '504 dependency-timeout': 5 }, { '504 dependency-timeout': 5 }]);
      expect([hung.maxInFlight, hung.requests.length]).toEqual([5, 10]);
    });

    it('leave other routes and other dependencies alone', async () => {
      const stuck = askAll(40, '/hung');
      for (let arrived = 0; arrived < 5; arrived += 1) await hung.nextRequest();

      const others = [...(await askAll(5, '/own')), ...(await askAll(5, '/healthy'))];

      expect(times(others)).toEqual({ '200 ok': 10 });
      expect([clock.now(), hung.inFlight, healthy.requests.length]).toEqual([0, 5, 5]);
      await clock.runUntil(stuck);
    });

    it('are answered as always once the dependency is well again', async () => {
      await clock.runUntil(askAll(40, '/hung'));
      hung.respondWith(200);

      const answers = await clock.runUntil(askAll(15, '/hung'));

      expect(times(answers)).toEqual({ '200 ok': 15 });
      expect(hung.maxInFlight).toBe(5);
    });
  },
);
