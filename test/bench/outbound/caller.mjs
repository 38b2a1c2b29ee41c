import { createHistogram } from 'node:perf_hooks';
import { cpuUs } from '../lib/cpu.mjs';
import { serve } from '../lib/worker.mjs';
import { clientOf } from './clients.mjs';

// One way of asking, in a process of its own, which says what its calls have cost.
const [name, origin] = process.argv.slice(2);
const { call, within = (work) => work() } = clientOf(name, origin);

serve({
  heapMiB() {
    globalThis.gc();
    return process.memoryUsage().heapUsed / 2 ** 20;
  },
  once: () => within(() => call('7')),
  async run({ calls, concurrency }) {
    const latency = createHistogram();
    let left = calls;
    const ask = async () => {
      while (left > 0) {
        left -= 1;
        const startedAt = process.hrtime.bigint();
        await call(String(left % 1_000));
        latency.record(process.hrtime.bigint() - startedAt);
      }
    };
    const startedAt = performance.now();
    const startedCpuUs = cpuUs();
    await Promise.all(Array.from({ length: concurrency }, () => within(ask)));
    const spentUs = cpuUs() - startedCpuUs;
    const seconds = (performance.now() - startedAt) / 1_000;
    return {
      cpuUs: spentUs / calls,
      perSecond: calls / seconds,
      p50Us: latency.percentile(50) / 1_000,
      p99Us: latency.percentile(99) / 1_000,
    };
  },
});
