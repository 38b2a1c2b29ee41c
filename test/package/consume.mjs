// Packs the package, installs the tarball into folders outside the repository as its users do, and runs what stands in
// consumers/ there. Arguments: the Node binaries to run the plain consumers with; without any, this one.
// Ends with the line "Consumer checks: N passed, N failed".
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binaries = process.argv.length > 2 ? process.argv.slice(2) : [process.execPath];
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
const locked = (name, folder = name) => `${name}@${lock[`node_modules/${folder}`].version}`;
const PUBLISHED = ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'docs', 'package.json'];

let passed = 0;
let failed = 0;

const report = (name, holds, why = '') => {
  if (holds) passed += 1;
  else failed += 1;
  console.log(`${holds ? 'ok' : 'not ok'} - ${name}`);
  if (!holds && why !== '') console.log(why);
};

const run = (command, args, cwd) => {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: 180_000,
  });
  return { ok: status === 0, stdout: stdout ?? '', text: `${stdout ?? ''}${stderr ?? ''}${error ?? ''}` };
};

const demand = ({ ok, text }, what) => {
  if (!ok) throw new Error(`${what} failed\n${text}`);
};

const pack = (place) => {
  mkdirSync(place);
  demand(run('npm', ['pack', '--pack-destination', place], root), 'npm pack');
  return join(place, readdirSync(place)[0]);
};

const install = (place, packages) => {
  cpSync(join(root, 'test', 'package', 'consumers'), place, { recursive: true });
  writeFileSync(join(place, 'package.json'), '{ "private": true }\n');
  const flags = ['--no-package-lock', '--no-audit', '--no-fund', '--prefer-offline'];
  demand(run('npm', ['install', ...flags, ...packages], place), 'npm install');
};

/** Runs a consumer, whose lines "ok - …" and "not ok - …" are its checks. */
const consume = (label, node, file) => {
  const { ok, stdout, text } = run(node, [file]);
  const lines = stdout.split('\n').filter((line) => /^(not )?ok - /.test(line));
  const failures = lines.filter((line) => line.startsWith('not ok'));
  for (const line of lines) report(`${label}: ${line.replace(/^(not )?ok - /, '')}`, line.startsWith('ok'));
  if (failures.length > 0) console.log(text);
  else if (!ok || lines.length === 0) report(`${label}: runs to its end`, false, text);
};

const compile = (label, place, resolution) => {
  const tsc = join(place, 'node_modules', 'typescript', 'bin', 'tsc');
  const { ok, text } = run(process.execPath, [
    tsc,
    '-p',
    join(place, 'typescript', `tsconfig.${resolution}.json`),
  ]);
  report(`${label}: compiles with moduleResolution ${resolution}`, ok, text);
  return ok ? join(place, 'typescript', 'out', resolution, 'index.js') : undefined;
};

const checkMajor = (place, { express, types, consumers, resolutions }, tarball) => {
  const compiler = [locked('typescript'), locked('@types/node')];
  install(place, [tarball, express, types, ...compiler]);
  const published = readdirSync(join(place, 'node_modules', 'express-breakwater'));
  report(
    `${express}: the tarball holds the build and its papers only`,
    published.every((name) => PUBLISHED.includes(name)),
    published.join(' '),
  );
  for (const node of binaries) {
    const version = run(node, ['-p', 'process.version']).stdout.trim();
    for (const file of consumers) consume(`${express}, Node ${version}, ${file}`, node, join(place, file));
  }
  for (const resolution of resolutions) {
    const label = `${express}, TypeScript`;
    const built = compile(label, place, resolution);
    if (built !== undefined && resolution !== 'bundler')
      consume(`${label}, ${resolution}`, process.execPath, built);
  }
};

const majors = [
  {
    express: locked('express'),
    types: locked('@types/express'),
    consumers: ['commonjs/index.cjs', 'esm/index.mjs'],
    resolutions: ['nodenext', 'node16', 'bundler'],
  },
  {
    express: locked('express', 'express4'),
    types: '@types/express@4',
    consumers: ['commonjs/index.cjs'],
    resolutions: ['nodenext'],
  },
];

const place = mkdtempSync(join(tmpdir(), 'express-breakwater-'));
try {
  const tarball = pack(join(place, 'packed'));
  for (const [index, major] of majors.entries()) checkMajor(join(place, `app-${index}`), major, tarball);
} catch (error) {
  report('the package can be packed and installed', false, error.message);
} finally {
  rmSync(place, { recursive: true, force: true });
}
console.log(`Consumer checks: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
