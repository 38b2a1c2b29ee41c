import { cpuPerCall } from '../lib/cpu.mjs';
import { serve } from '../lib/worker.mjs';
import { guardOf, isRefusal, openClient } from './guards.mjs';

const [name] = process.argv.slice(2);

// Made once: what is measured is the guard, not the making of an error.
const broken = new Error('The dependency is broken');
const work = async (fails) => {
  if (fails) throw broken;
  return 'done';
};

const expectFailure = (thrown) => {
  if (thrown !== broken) throw thrown;
};

const expectRefusal = (thrown) => {
  if (!isRefusal(thrown)) throw thrown;
};

const allowed = () => {
  throw new Error('The call was let through');
};

/** The cost of a call once the window is full, with every tenth failing or none. */
const measure = async ({ window, calls }, everyTenth) => {
  const guard = guardOf(name)(work, window);
  const one = async (index) => {
    const fails = everyTenth && index % 10 === 0;
    // As a caller does: a failure is caught.
    await guard.call(fails).catch(expectFailure);
  };
  // Filled with successes, at which no guard sums up anything.
  for (let index = 0; index < window; index += 1) await guard.call(false);
  return cpuPerCall(calls, one);
};

serve({
  async failing(params) {
    const succeeding = await measure(params, false);
    const failing = await measure(params, true);
    return { cpuUs: failing.cpuUs, succeedingUs: succeeding.cpuUs, times: failing.cpuUs / succeeding.cpuUs };
  },
  refusals({ calls }) {
    const guard = guardOf(name)(work);
    guard.open();
    return cpuPerCall(calls, () => guard.call(false).then(allowed, expectRefusal));
  },
  clientRefusals({ calls }) {
    const client = openClient(name);
    return cpuPerCall(calls, () => client.get('/things/7').then(allowed, expectRefusal));
  },
});
