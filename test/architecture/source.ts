import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync } from '@swc/core';

/** What the rules need to know of one source file. */
export interface SourceFile {
  /** Path from the root of the sources, with `/`. */
  readonly path: string;
  readonly lines: number;
  /** Everything the file imports or re-exports, as written: types and dynamic imports too. */
  readonly imports: readonly string[];
  /** Every identifier in the code; comments and texts have none. */
  readonly identifiers: ReadonlySet<string>;
  readonly hasDefaultExport: boolean;
  /** Whether something is imported whose name only the running program knows. */
  readonly hasHiddenImport: boolean;
}

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

const typeOf = (value: unknown): unknown => (isNode(value) ? value.type : undefined);

const textOf = (value: unknown): string | undefined =>
  isNode(value) && value.type === 'StringLiteral' ? String(value.value) : undefined;

const visit = (value: unknown, tell: (node: Node) => void): void => {
  if (!isNode(value)) return;
  tell(value);
  for (const child of Object.values(value)) visit(child, tell);
};

const argumentOfImport = (node: Node): unknown => {
  const { callee } = node;
  const imports = typeOf(callee) === 'Import' || (isNode(callee) && callee.value === 'require');
  const [first] = Array.isArray(node.arguments) ? node.arguments : [];
  return imports && isNode(first) ? first.expression : undefined;
};

const isHiddenImport = (node: Node): boolean => {
  if (node.type === 'Identifier') return node.value === 'createRequire';
  const argument = node.type === 'CallExpression' ? argumentOfImport(node) : undefined;
  return argument !== undefined && textOf(argument) === undefined;
};

const importOf = (node: Node): string | undefined => {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return textOf(node.source);
    case 'TsImportType':
      return textOf(node.argument);
    case 'CallExpression':
      return textOf(argumentOfImport(node));
    default:
      return undefined;
  }
};

const isDefaultExport = (node: Node): boolean =>
  node.type === 'ExportDefaultDeclaration' ||
  node.type === 'ExportDefaultExpression' ||
  node.type === 'TsExportAssignment' ||
  (node.type === 'ExportSpecifier' &&
    [node.exported, node.exported ?? node.orig].some((name) => isNode(name) && name.value === 'default'));

/** Reads one file's text. */
export const parseSource = (path: string, text: string): SourceFile => {
  const imports: string[] = [];
  const identifiers = new Set<string>();
  let hasDefaultExport = false;
  let hasHiddenImport = false;
  visit(parseSync(text, { syntax: 'typescript', target: 'es2022' }), (node) => {
    const imported = importOf(node);
    if (imported !== undefined) imports.push(imported);
    if (node.type === 'Identifier') identifiers.add(String(node.value));
    hasDefaultExport ||= isDefaultExport(node);
    hasHiddenImport ||= isHiddenImport(node);
  });
  return {
    path,
    lines: text.split('\n').length - 1,
    imports,
    identifiers,
    hasDefaultExport,
    hasHiddenImport,
  };
};

/** Reads every TypeScript file below `root`. */
export const readSources = (root: string): readonly SourceFile[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.[cm]?[jt]sx?$/.test(path))
    .sort()
    .map((path) => parseSource(path.replaceAll('\\', '/'), readFileSync(join(root, path), 'utf8')));

/** Whether an import names a file of the sources and not a package. */
export const isRelative = (specifier: string): boolean => /^\.{1,2}(\/|$)/.test(specifier);

/** The path that a relative import names. */
export const targetOf = (file: SourceFile, specifier: string): string =>
  posix.join(posix.dirname(file.path), specifier);
