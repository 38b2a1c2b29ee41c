import { AT_POLICY, failingIn, failure, THROUGH_CLIENT } from '../failure/index.mjs';
import { inbound } from '../inbound/index.mjs';
import { outbound } from '../outbound/index.mjs';
import { OWN } from './builds.mjs';

/** The least of all turns: what disturbs a machine only ever adds. */
const least = (figures, name, figure = 'cpuUs') => figures[name][figure].min;
const ofLeast = (figures, build, peer) => least(figures, build) / least(figures, peer);

const WINDOW = 10_000;

/**
 * Ratios inside one run, each with the limit above which something has become slower: above the most of twenty
 * runs. The peers are those that do most: who shares a machine slows down much code more than little, and a ratio to bare
 * Express or undici says more of the neighbours than of us.
 */
const GUARDED = [
  {
    measure: (settings) => inbound({ ...settings, peers: ['assembled'] }),
    read: ({ success, error }, build) => [
      ['a request that succeeds, of the assembled stack', ofLeast(success, build, 'assembled'), 1.6],
      ['a request that fails, of the assembled stack', ofLeast(error, build, 'assembled'), 1.7],
    ],
  },
  {
    measure: (settings) => outbound({ ...settings, peers: ['cockatiel'] }),
    read: ({ calls }, build) => [
      ['a call, of one through cockatiel', ofLeast(calls, build, 'cockatiel'), 1.05],
    ],
  },
  {
    measure: (settings) => failure({ ...settings, windows: [WINDOW] }),
    read: ({ [failingIn(WINDOW)]: failing, [AT_POLICY]: policy, [THROUGH_CLIENT]: client }, build) => [
      [
        'a call, one in ten failing, of one where none fails',
        least(failing, build) / least(failing, build, 'succeedingUs'),
        1.3,
      ],
      ['a refusal, of one of opossum', ofLeast(policy, build, 'opossum'), 0.45],
      ['a refusal through a client, of one of opossum', least(client, build) / least(policy, 'opossum'), 1.5],
    ],
  },
];

/** What is slower stays slower; what was only disturbed is measured once more. */
const ATTEMPTS = 3;

const isFast = ({ value, limit }) => value <= limit;

/** The ratios of one part for each build, the least of as many attempts as it takes. */
const measureRatios = async ({ measure, read }, builds, tell) => {
  let found = [];
  for (let attempt = 1; attempt <= ATTEMPTS && (attempt === 1 || !found.every(isFast)); attempt += 1) {
    const figures = await measure({ builds, rounds: 5, scale: 0.3, tell });
    const ratios = builds.flatMap((build) =>
      read(figures, build).map(([what, value, limit]) => ({ build, what, value, limit })),
    );
    found = ratios.map((each, index) => ({
      ...each,
      value: Math.min(each.value, found[index]?.value ?? each.value),
    }));
  }
  return found;
};

/**
 * Measures a few ratios of our own build and of others, prints a line for each and the count.
 *
 * @returns how many are above their limit
 */
export const guard = async ({ against }, tell) => {
  const found = [];
  for (const part of GUARDED) found.push(...(await measureRatios(part, [OWN, ...against], tell)));
  for (const { build, what, value, limit } of found)
    console.log(
      `${isFast({ value, limit }) ? 'ok' : 'TOO SLOW'}: ${build}: ${what}: ${value.toFixed(2)} × (at most ${limit} ×)`,
    );
  const failed = found.filter((each) => !isFast(each)).length;
  console.log(`checks: ${found.length - failed} passed, ${failed} failed`);
  return failed;
};
