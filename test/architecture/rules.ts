import { posix } from 'node:path';
import { CONFINED, LEVELS, MAX_FILE_LINES, PACKAGES, ROOM_LINES } from './rooms.ts';
import { isRelative, type SourceFile, targetOf } from './source.ts';

/** Looks at all the sources and says, in one sentence each, what is not as it must be. */
export type Rule = (files: readonly SourceFile[]) => readonly string[];

const perFile =
  (check: (file: SourceFile) => readonly string[]): Rule =>
  (files) =>
    files.flatMap(check);

const roomOf = (path: string): string => path.split('/')[0]?.replace(/\.ts$/, '') ?? path;

const relativeTargets = (file: SourceFile): readonly string[] =>
  file.imports.filter(isRelative).map((specifier) => targetOf(file, specifier));

/** A room imports rooms of lower levels only. */
export const levels: Rule = perFile((file) => {
  const room = roomOf(file.path);
  const level = LEVELS[room];
  if (level === undefined) return [`${file.path}: the room ${room}/ stands in no level`];
  return relativeTargets(file)
    .map(roomOf)
    .filter((target) => target !== room && (LEVELS[target] ?? level) >= level)
    .map((target) => `${file.path}: ${room}/ (level ${level}) imports ${target}/ (level ${LEVELS[target]})`);
});

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** An npm package is imported in its one folder, a module of Node by its `node:` name. */
export const packages: Rule = perFile((file) =>
  file.imports
    .filter((specifier) => !isRelative(specifier) && !specifier.startsWith('node:'))
    .filter((specifier) => !file.path.startsWith(PACKAGES[packageOf(specifier)] ?? '/nowhere'))
    .map((specifier) => `${file.path}: may not import ${specifier}`),
);

/** No file imports itself through others; imports of types count. */
export const cycles: Rule = (files) => {
  const graph = new Map(files.map((file) => [file.path, relativeTargets(file)]));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    if (done.has(path)) return;
    for (const target of graph.get(path) ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return found;
};

/** Files and small rooms keep their size. */
export const sizes: Rule = (files) => [
  ...files
    .filter((file) => file.lines > MAX_FILE_LINES)
    .map((file) => `${file.path}: ${file.lines} lines, at most ${MAX_FILE_LINES} are allowed`),
  ...Object.entries(ROOM_LINES).flatMap(([room, limit]) => {
    const lines = files
      .filter((file) => roomOf(file.path) === room)
      .reduce((sum, file) => sum + file.lines, 0);
    return lines < limit ? [] : [`${room}/: ${lines} lines in all, fewer than ${limit} are allowed`];
  }),
];

/** The outermost folder that holds `target` but not `from`. */
const enteredFolder = (from: string, target: string): string | undefined => {
  const here = posix.dirname(from).split('/');
  const there = posix.dirname(target).split('/');
  if (there[0] === '.') return undefined;
  const common = here[0] === '.' ? 0 : there.findIndex((folder, depth) => folder !== here[depth]);
  return common === -1 ? undefined : there.slice(0, common + 1).join('/');
};

/** A folder is entered through its index.ts. */
export const doors: Rule = perFile((file) =>
  relativeTargets(file).flatMap((target) => {
    const folder = enteredFolder(file.path, target);
    return folder === undefined || target === `${folder}/index.ts`
      ? []
      : [`${file.path}: enters ${folder}/ through ${target} and not through its index.ts`];
  }),
);

/** A relative import names its file, ending included. */
export const endings: Rule = perFile((file) =>
  file.imports
    .filter((specifier) => isRelative(specifier) && !specifier.endsWith('.ts'))
    .map((specifier) => `${file.path}: the import of ${specifier} must end in .ts`),
);

/** Every source is a .ts file. */
export const typescriptOnly: Rule = perFile((file) =>
  file.path.endsWith('.ts') ? [] : [`${file.path}: every source is a .ts file`],
);

/** What a file imports can be read from its text. */
export const openImports: Rule = perFile((file) =>
  file.hasHiddenImport ? [`${file.path}: imports something that cannot be read from its text`] : [],
);

/** Only named exports. */
export const namedExports: Rule = perFile((file) =>
  file.hasDefaultExport ? [`${file.path}: has a default export`] : [],
);

/** Some words stand in their own places only. */
export const confined: Rule = perFile((file) =>
  Object.entries(CONFINED)
    .filter(
      ([word, places]) => file.identifiers.has(word) && !places.some((place) => file.path.startsWith(place)),
    )
    .map(
      ([word, places]) =>
        `${file.path}: ${word} may stand in ${places.length > 0 ? `${places.join(' and ')} only` : 'no file'}`,
    ),
);
