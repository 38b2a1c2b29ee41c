import { numberAt, writtenAt } from '../written.ts';

/** An older option that gives way to what is written later, where both cannot hold and it cannot be written away. */
interface GivesWay {
  readonly older: string;
  readonly excluded: (written: unknown) => boolean;
}

const hasBothWindows = (written: unknown): boolean =>
  numberAt(written, 'breaker.windowMs') !== undefined &&
  numberAt(written, 'breaker.windowCalls') !== undefined;

const RULES: readonly GivesWay[] = [
  { older: 'breaker.windowMs', excluded: hasBothWindows },
  { older: 'breaker.windowCalls', excluded: hasBothWindows },
  {
    older: 'breaker.minimumCalls',
    excluded: (written) =>
      writtenAt(written, 'breaker.failureRateThreshold') === false &&
      numberAt(written, 'breaker.slowCallMs') === undefined,
  },
  {
    older: 'breaker.slowCallRateThreshold',
    excluded: (written) => writtenAt(written, 'breaker.slowCallMs') === false,
  },
  {
    older: 'bulkhead.maxQueueMs',
    excluded: (written) => writtenAt(written, 'bulkhead.maxQueue') === 0,
  },
];

/** A copy without what stands at a path such as `breaker.windowMs`. */
const without = (written: object, path: string): object => {
  const [part = '', option = ''] = path.split('.');
  const entries = Object.entries(written).map(([key, group]: [string, object]) =>
    key === part
      ? [key, Object.freeze(Object.fromEntries(Object.entries(group).filter(([each]) => each !== option)))]
      : [key, group],
  );
  return Object.freeze(Object.fromEntries(entries));
};

/**
 * What was written before and now, less those options of before that what is written now excludes.
 *
 * @param merged both, laid over each other
 * @param given what is written now
 */
export const giveWay = <T extends object>(merged: T, given: T): T => {
  const gone = RULES.filter(
    ({ older, excluded }) =>
      writtenAt(given, older) === undefined && writtenAt(merged, older) !== undefined && excluded(merged),
  );
  // Still a T: all of its options may be missing.
  return gone.reduce<object>((written, { older }) => without(written, older), merged) as T;
};
