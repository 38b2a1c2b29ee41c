// What the suite costs beside what people use today: `npm run bench [-- PART...] [OPTIONS]`; --help tells the rest.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PART_NAMES } from './lib/part-names.mjs';
import { fitBinary, preparePeers } from './lib/prepare.mjs';

const HELP = `npm run bench [-- PART...] [OPTIONS]

Parts: ${PART_NAMES.join(', ')}; all of them where none is named.

  --rounds N      rounds of each contestant, interleaved; the median counts (default 5)
  --scale N       times the usual number of requests and calls (default 1)
  --against DIR   measures another build of the package too: a folder with its index.js; may be given again
  --guard         measures a few ratios alone, and fails where one has become worse; CI runs this
  --json FILE     writes every figure of every round as JSON
  --write         writes the results into docs/benchmarks.md and docs/benchmarks.json; those of other parts stay
  --help          prints this

Runs on Node 24, which it installs into a folder of its own where the current one is older, as it does the peers.
The whole takes about a quarter of an hour on two cores; nothing else should run meanwhile.
`;

const OPTIONS = {
  rounds: { type: 'string' },
  scale: { type: 'string' },
  against: { type: 'string', multiple: true, default: [] },
  json: { type: 'string' },
  write: { type: 'boolean', default: false },
  guard: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

const positive = (name, given) => {
  const number = Number(given);
  if (number > 0) return number;
  throw new RangeError(`--${name} must be a number above 0, and is ${given}`);
};

const readArguments = () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const wrong = positionals.find((name) => !PART_NAMES.includes(name));
  if (wrong !== undefined)
    throw new RangeError(`There is no part "${wrong}"; parts are ${PART_NAMES.join(', ')}`);
  const parts = positionals.length > 0 ? positionals : PART_NAMES;
  const { against, json, write, guard, help } = values;
  if (guard && (positionals.length > 0 || values.rounds || values.scale || json || write))
    throw new RangeError('--guard measures what it has to, and takes nothing beside it but --against');
  const { rounds, scale } = { rounds: '5', scale: '1', ...values };
  const settings = { rounds: positive('rounds', rounds), scale: positive('scale', scale), against };
  return { parts, settings, json, docs: write, guard, help };
};

/** Runs this again with the binary to measure with. */
const runWith = (binary) => {
  const { status, error } = spawnSync(binary, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  if (error) throw error;
  return status ?? 1;
};

const tell = (what) => process.stderr.write(`${what}\n`);

// What measures is not loaded before the peers are there.
const runGuard = async ({ settings }) => {
  const { guard } = await import('./lib/guard.mjs');
  return (await guard(settings, tell)) === 0 ? 0 : 1;
};

const measure = async ({ parts, settings, json, docs }) => {
  const { measureParts } = await import('./lib/parts.mjs');
  const { renderReport, writeReport } = await import('./lib/report.mjs');
  const report = await measureParts(parts, settings, tell);
  console.log(renderReport(report));
  await writeReport(report, { json, docs });
  return 0;
};

const main = async () => {
  const asked = readArguments();
  if (asked.help) {
    console.log(HELP);
    return 0;
  }
  const binary = fitBinary();
  if (binary !== process.execPath) return runWith(binary);
  preparePeers();
  return asked.guard ? runGuard(asked) : measure(asked);
};

try {
  process.exitCode = await main();
} catch (error) {
  const isMistaken = error instanceof RangeError || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(isMistaken ? `${error.message}\nnpm run bench -- --help tells what there is.` : error);
  process.exitCode = 1;
}
