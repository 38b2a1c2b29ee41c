import type { Express } from 'express';
import type { Response } from 'supertest';
import { createEventHub } from '../../src/events/index.ts';
import { type ErrorMapper, problemHandler } from '../../src/problem/index.ts';
import type { expressMajors } from './express.ts';

/** Either major's factory. */
export type ExpressFactory = (typeof expressMajors)[number]['express'];

/** Planted in what a client sends and in messages; must never come back. */
export const SECRET = 'tok_4f9a1c';

/** An app with routes and the final handler. */
export const foreignApp = (
  express: ExpressFactory,
  setUp: (app: Express) => void,
  mapErrors: readonly ErrorMapper[] = [],
): Express => {
  const app = express();
  setUp(app);
  app.use(problemHandler({ events: createEventHub(), mapErrors }));
  return app;
};

/** An app whose every route fails with what `work` throws or rejects with. */
export const throwingApp = (
  express: ExpressFactory,
  work: () => unknown,
  mapErrors: readonly ErrorMapper[] = [],
): Express =>
  foreignApp(
    express,
    (app) => {
      app.use(express.json());
      app.use((_req, res, next) => {
        new Promise((resolve) => resolve(work())).then(() => res.end('nothing was thrown'), next);
      });
    },
    mapErrors,
  );

/** Everything that an answer says. */
export const bytesOf = (answer: Response): string => answer.text + JSON.stringify(answer.headers);
