import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Express } from 'express';
import { breakwater, getContext } from 'express-breakwater';
import { UserNotFound } from './domain.ts';
import { type Mode, SLOW_MS } from './faults.ts';

const USERS: Readonly<Record<string, object>> = {
  ada: { id: 'ada', name: 'Ada Lovelace', balance: 1_000 },
  alan: { id: 'alan', name: 'Alan Turing', balance: 10 },
  grace: { id: 'grace', name: 'Grace Hopper', balance: 250 },
};

/** The users service; `mode` says how it feels. */
export const createUsers = (mode: () => Mode): Express => {
  const { before, after } = breakwater({ service: 'users', version: '3.2.0' });
  const app = express();
  app.use(before);
  app.get('/users/:id', async (req, res) => {
    if (mode() === 'slow') await sleep(SLOW_MS, undefined, { signal: getContext().signal });
    if (mode() === 'failing') throw new Error('could not reach postgres://users:hunter2@db/users');
    const user = Object.hasOwn(USERS, req.params.id) ? USERS[req.params.id] : undefined;
    if (user === undefined) throw new UserNotFound({ userId: req.params.id });
    res.json(user);
  });
  app.use(after);
  return app;
};
