import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Express } from 'express';
import { breakwater, ForbiddenError, getContext, UnauthorizedError } from 'express-breakwater';
import { POPULAR_GUEST, type Profile, UserNotFound } from './domain.ts';
import { type Mode, SLOW_MS } from './faults.ts';

const USERS: Readonly<Record<string, Profile>> = {
  ada: { id: 'ada', name: 'Ada Lovelace', balance: 1_000 },
  alan: { id: 'alan', name: 'Alan Turing', balance: 10 },
  grace: { id: 'grace', name: 'Grace Hopper', balance: 250 },
};

/** How long that guest is looked for, in milliseconds: long enough for others to want the same meanwhile. */
const POPULAR_MS = 40;

const userOf = async (id: string): Promise<Profile> => {
  if (id === POPULAR_GUEST) await sleep(POPULAR_MS, undefined, { signal: getContext().signal });
  if (id.startsWith('guest-')) return { id, name: 'A guest', balance: 0 };
  const user = Object.hasOwn(USERS, id) ? USERS[id] : undefined;
  if (user === undefined) throw new UserNotFound({ userId: id });
  return user;
};

/** Whose a token is. */
const ownerOf = (authorization: string | undefined): string => {
  const owner = /^Bearer demo-([\w-]+)$/i.exec(authorization ?? '')?.[1];
  if (owner === undefined) throw new UnauthorizedError('A token is needed', { challenge: 'Bearer' });
  return owner;
};

/** The users service; `mode` says how it feels. */
export const createUsers = (mode: () => Mode): Express => {
  const { before, after } = breakwater({ service: 'users', version: '3.2.0' });
  const app = express();
  app.use(before);
  app.get('/users/:id', async (req, res) => {
    if (mode() === 'slow') await sleep(SLOW_MS, undefined, { signal: getContext().signal });
    if (mode() === 'failing') throw new Error('could not reach postgres://users:hunter2@db/users');
    if (ownerOf(req.get('authorization')) !== req.params.id)
      throw new ForbiddenError('A profile is for its owner alone');
    const user = await userOf(req.params.id);
    // Good for a second; after that Express confirms it by its ETag.
    res.set('Cache-Control', 'private, max-age=1').json(user);
  });
  app.use(after);
  return app;
};
