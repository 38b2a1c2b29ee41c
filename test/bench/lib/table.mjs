const columns = [
  ['CPU µs', ({ cpuUs }) => cpuUs.median.toFixed(1)],
  ['least to most', ({ cpuUs }) => `${cpuUs.min.toFixed(1)} to ${cpuUs.max.toFixed(1)}`],
  ['a second', ({ perSecond }) => Math.round(perSecond.median).toString()],
  ['p50 µs', ({ p50Us }) => Math.round(p50Us.median).toString()],
  ['p99 µs', ({ p99Us }) => Math.round(p99Us.median).toString()],
  ['heap MiB', ({ heapMiB }) => heapMiB.median.toFixed(1)],
];

/** A Markdown table of rows of text, the first being its head; all but the first column are figures. */
export const markdown = ([head, ...rows]) => {
  const widths = head.map((_, index) => Math.max(...[head, ...rows].map((row) => row[index].length)));
  const pad = (text, index) => (index === 0 ? text.padEnd(widths[0]) : text.padStart(widths[index]));
  const line = (row) => `| ${row.map(pad).join(' | ')} |`;
  const rule = widths.map((width, index) => (index === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
};

/** What each contestant cost, and what it added to the first. */
export const costs = (figures) => {
  const [[, first]] = Object.entries(figures);
  const head = ['', 'CPU µs', 'added', ...columns.slice(1).map(([name]) => name)];
  const rows = Object.entries(figures).map(([name, figure]) => {
    const [cpu, ...others] = columns.map(([, read]) => read(figure));
    return [name, cpu, (figure.cpuUs.median - first.cpuUs.median).toFixed(1), ...others];
  });
  return markdown([head, ...rows]);
};
