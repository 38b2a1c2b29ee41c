import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** A file of the repository, as text. */
export const readText = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** The part of an example between `#region readme` and its end. */
export const readmeRegion = (file: string): string => {
  const [, region] = readText(file).split(/^\/\/ #(?:end)?region readme$/m);
  if (region === undefined) throw new Error(`${file} has no region for the README`);
  return region.trim();
};

/** Every fenced block of a Markdown file, with its language and the comment line before it. */
export const fencedBlocks = (file: string): readonly { language: string; source: string; text: string }[] =>
  [
    ...readText(file).matchAll(
      /(?:<!-- (?<source>[^>]*?) -->\n+)?```(?<language>\w+)\n(?<text>[\s\S]*?)```/g,
    ),
  ].map(({ groups }) => ({
    language: groups?.language ?? '',
    source: groups?.source ?? '',
    text: (groups?.text ?? '').trim(),
  }));

/** The rows of the Markdown table whose head begins with `head`, cell by cell. */
export const tableRows = (text: string, head: string): readonly (readonly string[])[] => {
  const [, table = ''] = text.split(`| ${head}`);
  const [, , ...rows] = table.split('\n\n', 1)[0]?.split('\n') ?? [];
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};
