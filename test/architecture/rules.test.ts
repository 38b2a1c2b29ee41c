import { describe, expect, it } from '@jest/globals';
import {
  confined,
  cycles,
  doors,
  endings,
  levels,
  namedExports,
  openImports,
  packages,
  type Rule,
  sizes,
  typescriptOnly,
} from './rules.ts';
import { parseSource } from './source.ts';

/** What a rule says of a small tree: file texts by path. */
const verdict = (rule: Rule, tree: Readonly<Record<string, string>>): readonly string[] =>
  rule(Object.entries(tree).map(([path, text]) => parseSource(path, text)));

const lines = (count: number): string => 'export {};\n'.repeat(count);

describe('levels', () => {
  it('reports errors/ importing context/', () => {
    const found = verdict(levels, {
      'errors/base.ts': "import { tryGetContext } from '../context/index.ts';",
    });

    expect(found).toEqual(['errors/base.ts: errors/ (level 1) imports context/ (level 4)']);
  });

  it('reports two rooms of one level, in types and dynamic imports too', () => {
    const found = verdict(levels, {
      'cache/engine.ts': "import type { RequestContext } from '../context/index.ts';",
      'guard/protect.ts': "export const late = () => import('../client/index.ts');",
      'problem/answer.ts': "export type Line = import('../logging/index.ts').Line;",
    });

    expect(found).toEqual([
      'cache/engine.ts: cache/ (level 4) imports context/ (level 4)',
      'guard/protect.ts: guard/ (level 5) imports client/ (level 5)',
      'problem/answer.ts: problem/ (level 5) imports logging/ (level 5)',
    ]);
  });

  it('reports a re-export upwards', () => {
    const found = verdict(levels, {
      'kernel/index.ts': "export { createEventHub } from '../events/index.ts';",
    });

    expect(found).toEqual(['kernel/index.ts: kernel/ (level 0) imports events/ (level 2)']);
  });

  it('reports a room that no level names', () => {
    const found = verdict(levels, { 'helpers/text.ts': lines(1) });

    expect(found).toEqual(['helpers/text.ts: the room helpers/ stands in no level']);
  });

  it('lets a room import itself and every lower level, and the index import all', () => {
    const found = verdict(levels, {
      'client/create.ts': "import './get.ts'; import '../kernel/index.ts'; import '../resilience/index.ts';",
      'index.ts': "export * from './suite/index.ts'; export * from './kernel/index.ts';",
    });

    expect(found).toEqual([]);
  });

  it('does not take comments and texts for imports', () => {
    const found = verdict(levels, {
      'errors/base.ts':
        "// import '../context/index.ts';\nexport const text = \"import '../client/index.ts'\";",
    });

    expect(found).toEqual([]);
  });
});

describe('packages', () => {
  it('reports a package outside the folder that names it', () => {
    const found = verdict(packages, {
      'guard/protect.ts': "import CircuitBreaker from 'opossum';",
      'resilience/retry/retry.ts': "import CircuitBreaker from 'opossum';",
      'suite/breakwater.ts': "import type { Logger } from 'pino';",
    });

    expect(found).toEqual([
      'guard/protect.ts: may not import opossum',
      'resilience/retry/retry.ts: may not import opossum',
      'suite/breakwater.ts: may not import pino',
    ]);
  });

  it('reports express everywhere, unknown packages and modules of Node without their prefix', () => {
    const found = verdict(packages, {
      'context/middleware.ts': "import type { Request } from 'express';",
      'kernel/clock.ts': "import 'events'; import '@scope/name/part';",
    });

    expect(found).toEqual([
      'context/middleware.ts: may not import express',
      'kernel/clock.ts: may not import events',
      'kernel/clock.ts: may not import @scope/name/part',
    ]);
  });

  it('lets each package into its own folder and node: modules in anywhere', () => {
    const found = verdict(packages, {
      'client/transport.ts': "import { Agent } from 'undici'; import 'node:net';",
      'resilience/breaker/breaker.ts': "import CircuitBreaker from 'opossum';",
    });

    expect(found).toEqual([]);
  });
});

describe('cycles', () => {
  it('reports files that import each other, with the way round', () => {
    const found = verdict(cycles, {
      'errors/a.ts': "import './b.ts';",
      'errors/b.ts': "import type { C } from './c.ts';",
      'errors/c.ts': "import './a.ts';",
    });

    expect(found).toEqual(['errors/a.ts → errors/b.ts → errors/c.ts → errors/a.ts']);
  });

  it('reports a file that imports the index it is exported by', () => {
    const found = verdict(cycles, {
      'errors/index.ts': "export { A } from './a.ts';",
      'errors/a.ts': "import { B } from './index.ts';",
    });

    expect(found).toHaveLength(1);
  });

  it('says nothing of two ways to the same file', () => {
    const found = verdict(cycles, {
      'errors/a.ts': "import './b.ts'; import './c.ts';",
      'errors/b.ts': "import './c.ts';",
      'errors/c.ts': lines(1),
    });

    expect(found).toEqual([]);
  });
});

describe('sizes', () => {
  it('reports a file of more than 300 lines, not one of 300', () => {
    const found = verdict(sizes, { 'client/long.ts': lines(301), 'client/full.ts': lines(300) });

    expect(found).toEqual(['client/long.ts: 301 lines, at most 300 are allowed']);
  });

  it('reports a kernel of 400 lines and a policy of 200', () => {
    const found = verdict(sizes, {
      'kernel/a.ts': lines(200),
      'kernel/b.ts': lines(200),
      'policy/a.ts': lines(200),
    });

    expect(found).toEqual([
      'kernel/: 400 lines in all, fewer than 400 are allowed',
      'policy/: 200 lines in all, fewer than 200 are allowed',
    ]);
  });
});

describe('doors', () => {
  it('reports a deep import into another room', () => {
    const found = verdict(doors, { 'events/hub.ts': "import { toError } from '../kernel/thrown.ts';" });

    expect(found).toEqual([
      'events/hub.ts: enters kernel/ through kernel/thrown.ts and not through its index.ts',
    ]);
  });

  it('reports a nested folder entered past its index, from inside and from outside', () => {
    const found = verdict(doors, {
      'errors/index.ts': "export * from './foreign/http-error.ts';",
      'client/map.ts': "import '../errors/foreign/index.ts';",
      'index.ts': "export * from './errors/base.ts';",
    });

    expect(found).toEqual([
      'errors/index.ts: enters errors/foreign/ through errors/foreign/http-error.ts and not through its index.ts',
      'client/map.ts: enters errors/ through errors/foreign/index.ts and not through its index.ts',
      'index.ts: enters errors/ through errors/base.ts and not through its index.ts',
    ]);
  });

  it('lets a file import its neighbours, the folders around it, and indexes', () => {
    const found = verdict(doors, {
      'errors/foreign/http-error.ts':
        "import '../status.ts'; import './other.ts'; import '../../kernel/index.ts';",
      'errors/index.ts': "export * from './base.ts'; export * from './foreign/index.ts';",
      'index.ts': "export * from './errors/index.ts';",
    });

    expect(found).toEqual([]);
  });
});

describe('endings', () => {
  it('reports a relative import that does not end in .ts', () => {
    const found = verdict(endings, {
      'errors/base.ts': "import './status.js'; import '../kernel'; import './a.ts';",
    });

    expect(found).toEqual([
      'errors/base.ts: the import of ./status.js must end in .ts',
      'errors/base.ts: the import of ../kernel must end in .ts',
    ]);
  });
});

describe('openImports', () => {
  it.each([
    'export const late = () => import(`../context/index.ts`);',
    "const name = '../context/index.ts'; export const late = () => import(name);",
    "import { createRequire } from 'node:module'; export const load = createRequire(__filename);",
    'export const load = (name: string) => require(name);',
  ])('reports %s', (text) => {
    const found = verdict(openImports, { 'errors/base.ts': text });

    expect(found).toEqual(['errors/base.ts: imports something that cannot be read from its text']);
  });

  it('says nothing of imports by name', () => {
    const found = verdict(openImports, {
      'errors/base.ts': "import './a.ts'; export const late = () => import('./b.ts');",
    });

    expect(found).toEqual([]);
  });
});

describe('typescriptOnly', () => {
  it('reports a source of another ending', () => {
    const found = verdict(typescriptOnly, {
      'errors/base.mts': 'export {};',
      'errors/index.ts': 'export {};',
    });

    expect(found).toEqual(['errors/base.mts: every source is a .ts file']);
  });
});

describe('namedExports', () => {
  it.each([
    'export default 1;',
    'export default class {}',
    'const a = 1; export { a as default };',
    "export { default } from './b.ts';",
    'export = {};',
  ])('reports %s', (text) => {
    const found = verdict(namedExports, { 'errors/base.ts': text });

    expect(found).toEqual(['errors/base.ts: has a default export']);
  });

  it('says nothing of a default that is imported and exported by name', () => {
    const found = verdict(namedExports, { 'errors/base.ts': "export { default as part } from './b.ts';" });

    expect(found).toEqual([]);
  });
});

describe('confined', () => {
  it('reports AsyncLocalStorage outside context/ and AsyncResource outside its two places', () => {
    const found = verdict(confined, {
      'client/call.ts': "import { AsyncLocalStorage } from 'node:async_hooks';",
      'kernel/abort.ts': "import { AsyncResource } from 'node:async_hooks';",
      'logging/mixin.ts': "import * as hooks from 'node:async_hooks'; new hooks.AsyncLocalStorage();",
    });

    expect(found).toEqual([
      'client/call.ts: AsyncLocalStorage may stand in context/ only',
      'kernel/abort.ts: AsyncResource may stand in context/ and kernel/detached.ts only',
      'logging/mixin.ts: AsyncLocalStorage may stand in context/ only',
    ]);
  });

  it.each([
    ['console', 'in no file'],
    ['enterWith', 'in no file'],
    ['disable', 'in resilience/breaker/ only'],
  ])('reports %s where requests have their contexts', (word, where) => {
    const found = verdict(confined, { 'context/store.ts': `store.${word}(1); ${word}.log(2);` });

    expect(found).toEqual([`context/store.ts: ${word} may stand ${where}`]);
  });

  it('says nothing of their own places, and of comments', () => {
    const found = verdict(confined, {
      'context/store.ts': "import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';",
      'kernel/detached.ts': "import { AsyncResource } from 'node:async_hooks';",
      'client/call.ts': '// AsyncLocalStorage is read by context/\nexport {};',
    });

    expect(found).toEqual([]);
  });
});
