import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { transformSync } from '@swc/core';
import * as library from '../../src/guard/index.ts';
import { readScript } from '../support/child.ts';
import type * as stock from './fixtures/stock.ts';

const ROOT = join(__dirname, '..', '..');
const SOURCE = join(__dirname, 'fixtures', 'stock.ts');

/** Runs a compiled CommonJS module that needs no other one. */
const run = (code: string): typeof stock => {
  const module = { exports: {} };
  runInThisContext(`(function (exports, module) { ${code}\n})`)(module.exports, module);
  // It was compiled of that file.
  return module.exports as typeof stock;
};

const bySwc = (): string =>
  transformSync(readFileSync(SOURCE, 'utf8'), {
    swcrc: false,
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { decoratorVersion: '2022-03' },
      target: 'es2022',
    },
    module: { type: 'commonjs' },
  }).code;

/** By the compiler that checks the types of this file with all the others. */
const byTsc = (): string => {
  const out = mkdtempSync(join(tmpdir(), 'guarded-'));
  try {
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const options =
      '--ignoreConfig --noCheck --target es2022 --module nodenext --rewriteRelativeImportExtensions';
    const folders = ['--rootDir', ROOT, '--outDir', out];
    execFileSync(process.execPath, [tsc, ...options.split(' '), ...folders, SOURCE], { stdio: 'pipe' });
    return readFileSync(join(out, 'test', 'guard', 'fixtures', 'stock.js'), 'utf8');
  } finally {
    rmSync(out, { recursive: true });
  }
};

const expected = {
  found: ['tea on low, attempt 1 at stock-db', 'tea on high, attempt 1 at stock-db'],
  lost: ['no tea', 'fallback', 'internal-server-error', 1],
  retried: 2,
  secret: 'high in secret',
  far: 'far, tea on far, attempt 1 at stock-db, back at far-stock',
  bound: 'tea on high, attempt 1 at stock-db',
  shape: ['find', 2, true],
  failures: 2,
  circuits: false,
};

describe('@guarded as it is compiled', () => {
  it('works by TypeScript', async () => {
    expect(await run(byTsc()).observe(library)).toEqual(expected);
  });

  it('works by swc', async () => {
    expect(await run(bySwc()).observe(library)).toEqual(expected);
  });

  it('works by esbuild, which tsx runs', async () => {
    expect(await readScript(join(__dirname, 'fixtures', 'observe.ts'))).toEqual(expected);
  });
});
