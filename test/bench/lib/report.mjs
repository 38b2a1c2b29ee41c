import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { figuresTable, markdown } from './table.mjs';
import { targetsOf } from './targets.mjs';

const DOCS = fileURLToPath(new URL('../../../docs/benchmarks', import.meta.url));
const RESULTS = /<!-- results -->[\s\S]*<!-- end of results -->/;

const describeMachine = ({ measuredAt, rounds, scale, machine }) => {
  const { node, cpu, cores, memoryGiB, platform, packages } = machine;
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  const size = scale === 1 ? '' : `, ${scale} times the usual number of requests`;
  return [
    `Measured ${measuredAt} on Node ${node.slice(1)}, ${platform}, ${cores} cores (${cpu}), ${memoryGiB} GiB; medians of ${rounds} interleaved rounds${size}.`,
    `With ${versions.join(', ')}.`,
  ].join('\n');
};

const targetTable = (results) => {
  const rows = targetsOf(results).map(({ what, target, measured, isMet }) => [
    what,
    target,
    measured,
    isMet ? 'yes' : 'no',
  ]);
  return markdown([['What', 'Target', 'Measured', 'Met'], ...rows]);
};

/** The tables of a report, as Markdown. */
export const renderReport = (report) => {
  const parts = Object.entries(report.results).flatMap(([part, results]) =>
    Object.entries(results).map(([what, figures]) => `### ${part}: ${what}\n\n${figuresTable(figures)}`),
  );
  const sections = [describeMachine(report), `### Targets\n\n${targetTable(report.results)}`, ...parts];
  return sections.join('\n\n');
};

/** Writes a report as JSON, and into the docs. */
export const writeReport = async (report, { json, docs }) => {
  const text = `${JSON.stringify(report, undefined, 2)}\n`;
  if (json !== undefined) await writeFile(json, text);
  if (!docs) return;
  await writeFile(`${DOCS}.json`, text);
  const page = await readFile(`${DOCS}.md`, 'utf8');
  const results = `<!-- results -->\n\n${renderReport(report)}\n\n<!-- end of results -->`;
  await writeFile(
    `${DOCS}.md`,
    page.replace(RESULTS, () => results),
  );
};
