import { fork } from 'node:child_process';

/**
 * The young generation begins as large as it would grow: how far it has grown depends on all that a process has loaded and
 * lived through, and costs each request more than some contestants add to it.
 */
const YOUNG_GENERATION = '--min-semi-space-size=16';

/**
 * A process of its own, so that what it costs is its alone. `ask(name, params)` runs a handler there and gives what it
 * returned.
 */
export const startWorker = (file, args = [], { execArgv = [], env = {} } = {}) => {
  const child = fork(file, args, {
    execArgv: ['--expose-gc', YOUNG_GENERATION, ...execArgv],
    env: { ...process.env, NODE_ENV: 'production', ...env },
  });
  const waiting = new Map();
  let asked = 0;
  child.on('message', ({ id, value, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(value);
    else reject(new Error(error));
  });
  child.on('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended with ${code}`));
    waiting.clear();
  });
  return {
    ask: (name, params) =>
      new Promise((resolve, reject) => {
        if (!child.connected) return reject(new Error(`${file} has ended`));
        asked += 1;
        waiting.set(asked, { resolve, reject });
        return child.send({ id: asked, name, params });
      }),
    /** Lets it end by itself, so that a profile is written. */
    stop: () =>
      new Promise((resolve) => {
        if (!child.connected) return resolve();
        child.once('exit', resolve);
        return child.disconnect();
      }),
  };
};

/** In the worker: answers what is asked. */
export const serve = (handlers) => {
  process.on('message', async ({ id, name, params }) => {
    try {
      process.send({ id, value: await handlers[name](params) });
    } catch (thrown) {
      process.send({ id, error: thrown.stack });
    }
  });
  process.on('disconnect', () => process.exit());
};
