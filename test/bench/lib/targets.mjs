import { AT_POLICY, THROUGH_CLIENT } from '../failure/index.mjs';
import { CONTEXT } from '../inbound/stacks.mjs';
import { OWN } from './builds.mjs';

const cpu = (figures, name) => figures[name].cpuUs.median;
const added = (figures, name, to) => cpu(figures, name) - cpu(figures, to);

const atMost = (what, limit, value, unit = '×') => ({
  what,
  target: `at most ${limit} ${unit}`,
  measured: `${value.toFixed(2)} ${unit}`,
  isMet: value <= limit,
});

const atLeast = (what, limit, value, unit = '×') => ({
  what,
  target: `at least ${limit.toLocaleString('en')} ${unit}`,
  measured: `${value >= 1_000 ? Math.round(value).toLocaleString('en') : value.toFixed(2)} ${unit}`,
  isMet: value >= limit,
});

const inboundTargets = ({ success, error }) => [
  atMost(
    'CPU added by the whole suite, of what pino-http alone adds',
    0.7,
    added(success, OWN, 'bare') / added(success, 'pino-http', 'bare'),
  ),
  atMost(
    'Typed error to problem body, of the assembled stack',
    0.6,
    cpu(error, OWN) / cpu(error, 'assembled'),
  ),
];

const outboundTargets = ({ calls }) => {
  const raw = 'undici.request';
  return [
    atMost('Whole outbound pipeline, of undici.request', 1.25, cpu(calls, OWN) / cpu(calls, raw)),
    atMost(
      'CPU that it adds, of what cockatiel adds',
      0.33,
      added(calls, OWN, raw) / added(calls, 'cockatiel', raw),
    ),
    atLeast('CPU of got, of ours', 4, cpu(calls, 'got') / cpu(calls, OWN)),
    atLeast('CPU of axios + opossum, of ours', 6, cpu(calls, 'axios + opossum') / cpu(calls, OWN)),
  ];
};

const failureTargets = (parts) => {
  const windows = Object.entries(parts).filter(([title]) => title.startsWith('one in ten'));
  const costs = windows.map(([, figures]) => cpu(figures, OWN));
  const refusals = (title) => parts[title][OWN].perSecond.median;
  return [
    ...windows.map(([title, figures]) =>
      atMost(`A call, ${title}, of one where none fails`, 1.3, figures[OWN].times.median),
    ),
    atMost(
      'A call with the dearest of these windows, of the cheapest',
      1.3,
      Math.max(...costs) / Math.min(...costs),
    ),
    atLeast('Refusals at the policy', 200_000, refusals(AT_POLICY), 'a second'),
    atLeast('Refusals through client.get', 100_000, refusals(THROUGH_CLIENT), 'a second'),
  ];
};

const KIB = 1_024;

const memoryTargets = (parts) => {
  const breaker = parts['idle breakers'][OWN];
  const flying = parts['in flight'];
  const heap = (name) => flying[name].heapBytes.median;
  const few = (name) => flying[name].cpuOfFewUs.median;
  const { points } = parts['long run'][OWN];
  return [
    atMost('Timers of an idle breaker', 0, breaker.timers.median, 'timers'),
    atMost('Heap of an idle breaker', 10, breaker.heapBytes.median / KIB, 'KiB'),
    atMost('Context of a request in flight', 2, (heap(CONTEXT) - heap('bare')) / KIB, 'KiB'),
    atMost(
      'CPU added with 10 000 in flight, of that with 10',
      1.3,
      added(flying, OWN, 'bare') / (few(OWN) - few('bare')),
    ),
    atMost('Heap after the long run, of that after its first tenth', 1.05, points.at(-1) / points[0]),
  ];
};

const TARGETS = {
  inbound: inboundTargets,
  outbound: outboundTargets,
  failure: failureTargets,
  memory: memoryTargets,
};

/** What was aimed at, and what was measured, for the parts that were. */
export const targetsOf = (results) =>
  Object.entries(results).flatMap(([part, figures]) => TARGETS[part](figures));
