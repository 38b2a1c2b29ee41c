import { createHook } from 'node:async_hooks';
import { guardOf } from '../failure/guards.mjs';
import { serve } from '../lib/worker.mjs';

const [name] = process.argv.slice(2);
const work = async () => 'done';

const heapBytes = () => {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
};

// Also those that do not keep the process alive, of which nothing else tells.
const timers = new Set();
createHook({
  init(id, type) {
    if (type === 'Timeout') timers.add(id);
  },
  destroy(id) {
    timers.delete(id);
  },
}).enable();

serve({
  async idle({ count }) {
    const made = [];
    const make = async () => {
      const guard = guardOf(name)(work);
      await guard.call(false);
      made.push(guard);
    };
    // What is made once is no breaker's.
    await make();
    const emptyBytes = heapBytes();
    const emptyTimers = timers.size;
    for (let index = 0; index < count; index += 1) await make();
    return {
      heapBytes: (heapBytes() - emptyBytes) / count,
      timers: (timers.size - emptyTimers) / count,
    };
  },
});
