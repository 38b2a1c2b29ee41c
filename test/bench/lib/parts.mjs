import { availableParallelism, cpus, totalmem } from 'node:os';
import { failure } from '../failure/index.mjs';
import { inbound } from '../inbound/index.mjs';
import { memory } from '../memory/index.mjs';
import { outbound } from '../outbound/index.mjs';
import { OWN } from './builds.mjs';
import { versionOf } from './prepare.mjs';

const PARTS = { inbound, outbound, failure, memory };

const PACKAGES = [
  'axios',
  'axios-retry',
  'cls-rtracer',
  'cockatiel',
  'express',
  'express-http-problem-details',
  'got',
  'opossum',
  'p-retry',
  'pino',
  'pino-http',
  'undici',
];

const machine = () => ({
  node: process.version,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  packages: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
});

/** Measures the parts of these names. */
export const measureParts = async (names, { rounds, scale, against }, tell) => {
  const builds = [OWN, ...against];
  const results = {};
  for (const part of names)
    results[part] = await PARTS[part]({ builds, rounds, scale, tell: (what) => tell(`${part}: ${what}`) });
  return { measuredAt: new Date().toISOString().slice(0, 10), rounds, scale, machine: machine(), results };
};
