// What each policy, the whole stack and a refusal cost per call, in one process around an operation that resolves at once.
// node test/bench/policies/index.mjs [--against other/dist]... [--only 'name|name'] [--rounds n] [--scale n]
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';

const require = createRequire(import.meta.url);
const { values } = parseArgs({
  options: {
    against: { type: 'string', multiple: true, default: [] },
    only: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    scale: { type: 'string', default: '1' },
  },
});
const OWN = path.resolve(import.meta.dirname, '../../../dist');
// Made once each: what is measured is what a failure costs here, not the making of an error.
const FAILED = Object.assign(new Error('failed'), { code: 'E_FAILED' });
const REFUSED = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), {
  code: 'ECONNREFUSED',
  syscall: 'connect',
});

const answers = async () => 1;
const failing = (error = FAILED) => {
  let count = 0;
  return async () => {
    count += 1;
    if (count % 10 === 0) throw error;
    return 1;
  };
};

/** An operation behind a policy, as a function without arguments. */
const behind = ({ createCall }, policy, operation = answers) => {
  const guarded = policy(operation);
  return () => guarded('request', createCall({ name: 'bench' }));
};
const neverOpens = (windowCalls) => ({ windowCalls, failureRateThreshold: 1 });
const failingBreaker = (kit, error, options) =>
  behind(kit, kit.breaker({ name: 'bench', ...options }).policy, failing(error));

const contestants = {
  'createCall alone': (kit) => behind(kit, (next) => next),
  'timeout attempt': (kit) => behind(kit, kit.timeout({ ms: 3_000 })),
  'timeout total': (kit) => behind(kit, kit.timeout({ ms: 10_000, scope: 'total' })),
  retry: (kit) => behind(kit, kit.retry()),
  breaker: (kit) => behind(kit, kit.breaker({ name: 'bench' }).policy),
  'breaker, fails 1 in 10 of 1 000': (kit) => failingBreaker(kit, new Error('down'), { windowCalls: 1_000 }),
  'breaker, fails 1 in 10 in 10 s': (kit) => failingBreaker(kit, new Error('down')),
  'breaker, 1 in 10 not connected': (kit) => failingBreaker(kit, REFUSED, { windowCalls: 1_000 }),
  'breaker, 1 in 10 unavailable': (kit) =>
    failingBreaker(
      kit,
      new kit.UpstreamConnectionError('bench cannot be reached', {
        dependency: 'bench',
        reason: 'connection-refused',
        cause: REFUSED,
      }),
      { windowCalls: 1_000 },
    ),
  bulkhead: (kit) => behind(kit, kit.bulkhead()),
  pause: (kit) => behind(kit, kit.pause()),
  hedge: (kit) => behind(kit, kit.hedge({ afterMs: 100 })),
  fallback: (kit) => behind(kit, kit.fallback({ value: 0 })),
  stack: ({ protect }) => protect(answers, { name: 'bench' }),
  'stack, retries': ({ protect }) => protect(answers, { name: 'bench', retry: {} }),
  'stack, signal used': ({ protect }) =>
    protect(async ({ signal }) => (signal.aborted ? 0 : 1), { name: 'bench', retry: {} }),
  'stack, fails 1 in 10 of 1 000': ({ protect }) =>
    protect(failing(), { name: 'bench', breaker: neverOpens(1_000) }),
  'stack, fails 1 in 10 of 10 000': ({ protect }) =>
    protect(failing(), { name: 'bench', breaker: neverOpens(10_000) }),
  'stack, fails 1 in 10 of 100 000': ({ protect }) =>
    protect(failing(), { name: 'bench', breaker: neverOpens(100_000) }),
  'stack, fails 1 in 10 in 10 s': ({ protect }) =>
    protect(failing(), { name: 'bench', breaker: { failureRateThreshold: 1 } }),
  'stack, retries 1 in 10': ({ protect }) =>
    protect(failing(), {
      name: 'bench',
      retry: { backoff: () => 0, budget: false },
      breaker: neverOpens(1_000),
    }),
  'open circuit, policy': (kit) => {
    const circuit = kit.breaker({ name: 'bench' });
    circuit.forceOpen();
    return behind(kit, circuit.policy);
  },
  'open circuit, stack': ({ protect }) => {
    const guarded = protect(answers, { name: 'bench' });
    guarded.breaker.forceOpen();
    return guarded;
  },
  'open circuit, client.get': ({ createClient }) => {
    const client = createClient({ name: 'bench', baseUrl: 'http://127.0.0.1:9', retry: { maxRetries: 0 } });
    client.breaker.forceOpen();
    return () => client.get('/things/7');
  },
};

const run = async (call, times) => {
  for (let count = 0; count < times; count += 1) {
    try {
      await call();
    } catch {
      // Failures are part of what is measured.
    }
  }
};

const microsPerCall = async (call, times) => {
  const before = process.cpuUsage();
  await run(call, times);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
};

const median = (figures) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)];

const builds = [OWN, ...values.against].map((build) => ({ build, kit: require(path.resolve(build)) }));
const only = values.only?.split('|');
const times = 10_000 * Number(values.scale);
const measured = Object.entries(contestants)
  .filter(([name]) => only === undefined || only.some((part) => name.includes(part)))
  .map(([name, make]) => ({
    name,
    runs: builds.map(({ kit }) => ({ call: make(kit), figures: [] })),
  }));
for (const { runs } of measured) for (const { call } of runs) await run(call, times / 2);
for (let round = 0; round < Number(values.rounds); round += 1)
  for (const { runs } of measured)
    for (const { call, figures } of runs) figures.push(await microsPerCall(call, times));

const cell = (figures) => `${median(figures).toFixed(2)} (${Math.min(...figures).toFixed(2)})`.padStart(16);
console.log(
  `CPU µs per call, median (least)  ${builds.map(({ build }) => path.basename(build).padStart(14)).join('  ')}`,
);
for (const { name, runs } of measured)
  console.log(`${name.padEnd(32)} ${runs.map(({ figures }) => cell(figures)).join(' ')}`);
