const round = (digits) => (value) => value.toFixed(digits);
const KIB = 1_024;

/** What figures are called, and how they are written. */
const COLUMNS = {
  cpuUs: ['CPU µs', round(1)],
  succeedingUs: ['where none fails', round(1)],
  times: ['times', round(2)],
  cpuOfFewUs: ['CPU µs with 10', round(1)],
  perSecond: ['a second', round(0)],
  p50Us: ['p50 µs', round(0)],
  p99Us: ['p99 µs', round(0)],
  heapMiB: ['heap MiB', round(1)],
  heapBytes: ['heap KiB each', (value) => (value / KIB).toFixed(2)],
  timers: ['timers each', round(0)],
};

/** A Markdown table of rows of text, the first being its head; all but the first column are figures. */
export const markdown = ([head, ...rows]) => {
  const all = [head, ...rows];
  const widths = head.map((_, index) => Math.max(3, ...all.map((row) => row[index].length)));
  const pad = (text, index) => (index === 0 ? text.padEnd(widths[0]) : text.padStart(widths[index]));
  const line = (row) => `| ${row.map(pad).join(' | ')} |`;
  const rule = widths.map((width, index) => (index === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
};

/** Figures by contestant, as medians; of the first figure the least and the most too, and what is added to the first one. */
export const figuresTable = (figures) => {
  const [[, first]] = Object.entries(figures);
  const names = Object.keys(COLUMNS).filter((name) => first[name] !== undefined);
  const [main, ...others] = names;
  const written = (name, value) => COLUMNS[name][1](value);
  const head = [main, ...others].map((name) => COLUMNS[name][0]);
  const rows = Object.entries(figures).map(([contestant, figure]) => [
    contestant,
    written(main, figure[main].median),
    written(main, figure[main].median - first[main].median),
    `${written(main, figure[main].min)} to ${written(main, figure[main].max)}`,
    ...others.map((name) => (figure[name] === undefined ? '' : written(name, figure[name].median))),
  ]);
  return markdown([['', head[0], 'added', 'least to most', ...head.slice(1)], ...rows]);
};
