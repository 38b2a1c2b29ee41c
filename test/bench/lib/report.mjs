import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PART_NAMES } from './part-names.mjs';
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

const circumstancesOf = ({ machine, rounds, scale }) => JSON.stringify([machine, rounds, scale]);

/** A report with the parts that the docs have and it has not: ratios are inside a part, which may be measured by itself. */
const completeReport = async (report) => {
  if (PART_NAMES.every((name) => name in report.results)) return report;
  const known = JSON.parse(await readFile(`${DOCS}.json`, 'utf8'));
  if (circumstancesOf(known) !== circumstancesOf(report))
    throw new RangeError(
      '--write of a part wants the machine, packages, rounds and scale of the others: measure all',
    );
  const results = { ...known.results, ...report.results };
  return { ...report, results: Object.fromEntries(PART_NAMES.map((name) => [name, results[name]])) };
};

const toJson = (report, replacer) => `${JSON.stringify(report, replacer, 2)}\n`;

const writeDocs = async (report) => {
  const whole = await completeReport(report);
  await writeFile(
    `${DOCS}.json`,
    toJson(whole, (key, value) => (key === 'turns' ? undefined : value)),
  );
  const page = await readFile(`${DOCS}.md`, 'utf8');
  const results = `<!-- results -->\n\n${renderReport(whole)}\n\n<!-- end of results -->`;
  await writeFile(
    `${DOCS}.md`,
    page.replace(RESULTS, () => results),
  );
};

/** Writes a report as JSON, and into the docs: there without the single turns. */
export const writeReport = async (report, { json, docs }) => {
  if (json !== undefined) await writeFile(json, toJson(report));
  if (docs) await writeDocs(report);
};
