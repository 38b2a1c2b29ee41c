import type { CircuitFigures, Figures } from './explanation.ts';

const many = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;

const attempts = ({ name, maxAttempts, maxRetries, maxHedges }: Figures): string => {
  const retries = maxRetries === 0 ? '' : ` and ${many(maxRetries, 'retry', 'retries')}`;
  const hedges =
    maxHedges === 0
      ? ''
      : `, with up to ${many(maxHedges, 'hedge')} beside ${maxRetries === 0 ? 'it' : 'each'}`;
  const parts = maxAttempts === 1 ? '' : `: the first${retries}${hedges}`;
  return `A call of ${JSON.stringify(name)} makes at most ${many(maxAttempts, 'attempt')}${parts}.`;
};

const fallback = (ms: number | undefined): string =>
  ms === undefined || ms === 0 ? '' : `; ${ms} ms of that are its fallback's`;

const times = ({
  worstCaseMs,
  fallbackMs,
  unansweredMs,
  worstCaseWaitMs,
  maxRetries,
}: Figures): readonly (string | undefined)[] => [
  worstCaseMs === undefined
    ? 'Nothing limits its time.'
    : `It ends within ${worstCaseMs} ms, whatever happens${fallback(fallbackMs)}.`,
  unansweredMs === undefined
    ? undefined
    : `If every attempt is let in at once and none is answered, it fails within ${unansweredMs} ms.`,
  maxRetries === 0 || worstCaseWaitMs === undefined
    ? undefined
    : `Its back-off waits ${worstCaseWaitMs} ms in all at most.`,
];

const load = ({ extraLoadRatio, extraLoadPerSecond }: Figures): string => {
  if (extraLoadRatio === 0 && extraLoadPerSecond === 0) return 'There are no extra attempts.';
  const floor = extraLoadPerSecond === 0 ? '' : `, and ${extraLoadPerSecond} a second on top`;
  return `All calls together make at most ${extraLoadRatio} extra attempts per call${floor}.`;
};

const circuit = (figures: CircuitFigures | undefined): string => {
  if (figures === undefined) return 'There is no circuit.';
  const { scope, mode, opensAfter, withinMs, neverInSequence, openMs, longestOpenMs, trials } = figures;
  // Only one that is disabled may be without a rule.
  if (mode === 'disabled' || opensAfter === undefined) return 'The circuit is disabled.';
  const verb = mode === 'observe' ? 'only watches: it would open' : 'opens';
  const longest = longestOpenMs === openMs ? '' : `, later for up to ${longestOpenMs} ms`;
  const failures = many(opensAfter, `failed ${scope}`);
  const within = withinMs === undefined ? 'in a row' : `within ${withinMs} ms and nothing else`;
  const alone = neverInSequence
    ? ` ${scope === 'call' ? 'Calls' : 'Attempts'} that run out of their time one after another never open it.`
    : '';
  return `The circuit ${verb} after ${failures} ${within}, for ${openMs} ms${longest}; ${many(trials, 'trial')} may close it.${alone}`;
};

const places = ({ bulkhead }: Figures): string => {
  if (bulkhead === undefined) return 'Nothing limits how many attempts are under way at once.';
  const { maxConcurrent, maxQueue, maxQueueMs } = bulkhead;
  const longest = maxQueueMs === undefined ? '' : ` for up to ${maxQueueMs} ms`;
  const queue = maxQueue === 0 ? 'none waits' : `at most ${maxQueue} wait${longest}`;
  return `At most ${many(maxConcurrent, 'attempt')} under way at once; ${queue}.`;
};

/** The figures as sentences, one on each line. */
export const inWords = (figures: Figures, othersOnce = false): string =>
  [
    attempts(figures),
    othersOnce && figures.maxAttempts > 1 ? 'A call that must not be repeated makes 1.' : undefined,
    ...times(figures),
    load(figures),
    circuit(figures.breaker),
    places(figures),
  ]
    .filter((sentence) => sentence !== undefined)
    .join('\n');
