import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { press, startLoad, startServer } from './inbound/index.mjs';
import { OWN } from './lib/builds.mjs';
import { startCaller, startUpstream } from './outbound/index.mjs';

// Where the time goes: node test/bench/profile.mjs success|error|outbound [--of NAME] [--top N] [--times N]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    of: { type: 'string', default: OWN },
    top: { type: 'string', default: '40' },
    times: { type: 'string', default: '40000' },
  },
});
const [what = 'success'] = positionals;
const times = Number(values.times);

const profiled = (folder) => ({
  execArgv: ['--cpu-prof', '--cpu-prof-interval', '200', '--cpu-prof-dir', folder],
});

const runInbound = async (folder) => {
  const load = startLoad();
  const server = await startServer(values.of, profiled(folder));
  await press(load, server, what, { requests: times });
  await Promise.all([load.stop(), server.stop()]);
};

const runOutbound = async (folder) => {
  const upstream = await startUpstream();
  const caller = startCaller(values.of, upstream, profiled(folder));
  await caller.ask('run', { calls: times, concurrency: 50 });
  await Promise.all([upstream.stop(), caller.stop()]);
};

/** Microseconds by place in the code, itself alone; samples in the second half, when all is compiled. */
const selfTimes = ({ nodes, samples, timeDeltas }) => {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const spent = new Map();
  const half = Math.floor(samples.length / 2);
  for (let index = half; index < samples.length; index += 1) {
    const frame = frames.get(samples[index]);
    spent.set(frame, (spent.get(frame) ?? 0) + timeDeltas[index]);
  }
  return spent;
};

const roomOf = (url) => {
  const [, own] = /\/dist\/([^/]+)/.exec(url) ?? [];
  if (own !== undefined && !url.includes('node_modules')) return `ours: ${own}`;
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  return name ?? (url.startsWith('node:') ? 'node' : 'native');
};

const print = (title, totals) => {
  const all = [...totals.values()].reduce((sum, each) => sum + each, 0);
  console.log(`\n${title}`);
  for (const [name, spent] of [...totals].sort(([, a], [, b]) => b - a).slice(0, Number(values.top)))
    console.log(`${((spent / all) * 100).toFixed(1).padStart(6)} %  ${name}`);
};

const folder = await mkdtemp(join(tmpdir(), 'breakwater-profile-'));
try {
  await (what === 'outbound' ? runOutbound(folder) : runInbound(folder));
  const [file] = await readdir(folder);
  const spent = selfTimes(JSON.parse(await readFile(join(folder, file), 'utf8')));
  const rooms = new Map();
  const places = new Map();
  for (const [{ functionName, url, lineNumber }, us] of spent) {
    if (functionName === '(idle)') continue;
    const room = roomOf(url);
    rooms.set(room, (rooms.get(room) ?? 0) + us);
    const place = `${functionName || '(anonymous)'}  ${url.split('/').slice(-3).join('/')}:${lineNumber + 1}`;
    places.set(place, (places.get(place) ?? 0) + us);
  }
  print('by room', rooms);
  print('by function', places);
} finally {
  await rm(folder, { recursive: true });
}
