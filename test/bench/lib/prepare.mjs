import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The major that results are told for. */
const MAJOR = 24;

const BENCH = fileURLToPath(new URL('..', import.meta.url));
const ROOT = join(BENCH, '..', '..');
const NODE = join(BENCH, '.node');
const DIST = join(ROOT, 'dist', 'index.js');

const run = (command, args, cwd) => {
  // What it prints is progress: results alone go to stdout.
  const { status } = spawnSync(command, args, { cwd, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
};

/** The binary to measure with: the current one, or the one of the npm package `node` where that is older. */
export const fitBinary = () => {
  if (Number(process.versions.node.split('.')[0]) >= MAJOR) return process.execPath;
  const binary = join(NODE, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(binary)) {
    mkdirSync(NODE, { recursive: true });
    const quietly = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund'];
    // Named as the prefix, or npm would take the folder above, which has a package.json.
    run('npm', ['install', ...quietly, '--prefix', NODE, `node@${MAJOR}`], NODE);
  }
  return binary;
};

const isNewer = (file, other) => !existsSync(other) || statSync(file).mtimeMs > statSync(other).mtimeMs;

/** Installs the peers where they are not, or not these, and builds the package. */
export const preparePeers = () => {
  const installed = join(BENCH, 'node_modules', '.package-lock.json');
  if (isNewer(join(BENCH, 'package-lock.json'), installed))
    run('npm', ['ci', '--no-audit', '--no-fund'], BENCH);
  run('npm', ['run', '--silent', 'build'], ROOT);
  if (!existsSync(DIST)) throw new Error('The build left no dist/index.js');
};

/** Version of a package as the benchmark's code sees it. */
export const versionOf = (name) => {
  const places = [BENCH, ROOT].map((folder) => join(folder, 'node_modules', name, 'package.json'));
  const found = places.find((place) => existsSync(place));
  return found === undefined ? 'not installed' : JSON.parse(readFileSync(found, 'utf8')).version;
};
