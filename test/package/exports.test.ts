import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(__dirname, '..', '..');
const manifest: Record<string, unknown> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The source that the compiler turns into a file of the build. */
const sourceOf = (built: string): string =>
  built.replace('./dist/', 'src/').replace(/(\.d\.ts|\.js)$/, '.ts');

describe('package.json', () => {
  it('describes one CommonJS build with types, and two doors beside itself', () => {
    expect(manifest).toMatchObject({ type: 'commonjs', main: './dist/index.js', types: './dist/index.d.ts' });
    expect(manifest.exports).toEqual({
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './testing': { types: './dist/testing/index.d.ts', default: './dist/testing/index.js' },
      './package.json': './package.json',
    });
  });

  it('names types first in each door, as resolvers read in order', () => {
    const doors = Object.values(manifest.exports ?? {}).filter((door) => typeof door === 'object');

    expect(doors.map((door) => Object.keys(door)[0])).toEqual(['types', 'types']);
  });

  it('leads resolvers that know no exports to the types of testing', () => {
    expect(manifest.typesVersions).toEqual({ '*': { testing: ['./dist/testing/index.d.ts'] } });
  });

  it('has a source for every built file that it names', () => {
    const built = JSON.stringify([manifest.exports, manifest.typesVersions, manifest.main]).match(
      /\.\/dist\/[^"]+/g,
    );

    expect((built ?? []).filter((file) => !existsSync(join(root, sourceOf(file))))).toEqual([]);
    expect(built?.length).toBeGreaterThan(4);
  });

  it('publishes the build, the docs and the changelog, never sources or tests', () => {
    expect(manifest.files).toEqual(['dist', 'docs', 'CHANGELOG.md']);
  });

  it('states the floor of Node and both majors of express, which users bring', () => {
    expect(manifest.engines).toEqual({ node: '>=20.19' });
    expect(manifest.peerDependencies).toEqual({ express: '^4.21.0 || ^5.0.0' });
  });

  it('depends on the fixed packages and on little else', () => {
    expect(Object.keys(manifest.dependencies ?? {})).toEqual([
      'http-problem-details',
      'lru-cache',
      'on-headers',
      'opossum',
      'pino',
      'pino-http',
      'undici',
    ]);
    expect(manifest.dependencies).toMatchObject({
      opossum: '^9.0.0 || ^10.0.0',
      undici: expect.stringMatching(/^\^7\./),
    });
  });

  it('builds before it is packed, runs nothing when it is installed, and has no side effects', () => {
    const { scripts } = manifest;

    expect(scripts).toMatchObject({ prepack: 'npm run build', test: 'jest' });
    expect(
      ['preinstall', 'install', 'postinstall'].filter((name) => Object.hasOwn(scripts ?? {}, name)),
    ).toEqual([]);
    expect(manifest.sideEffects).toBe(false);
  });
});
