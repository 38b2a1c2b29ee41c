import { createHistogram } from 'node:perf_hooks';
import { Pool } from 'undici';
import { stayAwake } from './awake.mjs';
import { serve } from './worker.mjs';

// The process that asks: what it costs is counted nowhere.
const pools = new Map();

const poolOf = (origin, connections) => {
  const key = `${origin} ${connections}`;
  if (!pools.has(key)) pools.set(key, new Pool(origin, { connections, pipelining: 1 }));
  return pools.get(key);
};

serve({
  async load({ origin, path, requests, connections, headers = {}, statuses = [200] }) {
    const pool = poolOf(origin, connections);
    const latency = createHistogram();
    const expected = new Set(statuses);
    let left = requests;
    const ask = async () => {
      while (left > 0) {
        left -= 1;
        const startedAt = process.hrtime.bigint();
        const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
        await body.dump();
        latency.record(process.hrtime.bigint() - startedAt);
        if (!expected.has(statusCode)) throw new Error(`${path} was answered with ${statusCode}`);
      }
    };
    const letSleep = stayAwake();
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: connections }, ask)).finally(letSleep);
    const seconds = (performance.now() - startedAt) / 1_000;
    return {
      perSecond: requests / seconds,
      p50Us: latency.percentile(50) / 1_000,
      p99Us: latency.percentile(99) / 1_000,
    };
  },
  async fetchOnce({ origin, path }) {
    const { statusCode, headers, body } = await poolOf(origin, 1).request({ method: 'GET', path });
    return { status: statusCode, headers, text: await body.text() };
  },
  async close() {
    await Promise.all([...pools.values()].map((pool) => pool.close()));
    pools.clear();
  },
});
