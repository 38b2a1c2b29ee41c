import { inbound } from '../inbound/index.mjs';
import { outbound } from '../outbound/index.mjs';
import { OWN } from './builds.mjs';

/** The least of the rounds: what disturbs a machine only ever adds. */
const least = (figures, name) => figures[name].cpuUs.min;
const ratio = (figures, name) => least(figures, OWN) / least(figures, name);

/** Ratio by what it is, with the limit above which it has become slower. docs/benchmarks.md says how they were found. */
const LIMITS = [
  {
    what: 'a request that succeeds, of bare Express',
    limit: 1.6,
    read: (all) => ratio(all.inbound.success, 'bare'),
  },
  { what: 'a typed error, of bare Express', limit: 1.6, read: (all) => ratio(all.inbound.error, 'bare') },
  {
    what: 'a call, of undici.request',
    limit: 1.6,
    read: (all) => ratio(all.outbound.calls, 'undici.request'),
  },
];

const measureAll = async (tell) => {
  const settings = { builds: [OWN], rounds: 5, scale: 0.5, tell };
  return {
    inbound: await inbound({ ...settings, peers: ['bare'] }),
    outbound: await outbound({ ...settings, peers: ['undici.request'] }),
  };
};

/** Measures, prints each ratio and the count, and gives the number of those that are too high. */
export const guard = async (tell) => {
  const measured = await measureAll(tell);
  let failed = 0;
  for (const { what, limit, read } of LIMITS) {
    const value = read(measured);
    const isFast = value <= limit;
    if (!isFast) failed += 1;
    console.log(`${isFast ? 'ok' : 'TOO SLOW'}: ${what}: ${value.toFixed(2)} × (at most ${limit} ×)`);
  }
  console.log(`checks: ${LIMITS.length - failed} passed, ${failed} failed`);
  return failed;
};
