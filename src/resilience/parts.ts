import { type EventHub, hubLike } from '../events/index.ts';
import {
  type Clock,
  clockLike,
  describeValue,
  func,
  object,
  type Random,
  systemClock,
  systemRandom,
} from '../kernel/index.ts';

/** The world as a policy sees it; tests pass their own. */
export interface PolicyParts {
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** @default the machine's source */
  readonly random?: Random | undefined;
  /** Told of what the policy does. @default nobody */
  readonly events?: EventHub | undefined;
}

/** Normalised `PolicyParts`. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventHub | undefined;
}

/** The machine's clock and chance, and nobody who listens. */
export const WORLD_DEFAULTS: World = Object.freeze({
  clock: systemClock,
  random: systemRandom,
  events: undefined,
});

/** What the parts must be. */
export const worldChecks = { clock: clockLike, random: func, events: hubLike };

/**
 * Refuses what are no options, also where nothing was given.
 *
 * @param where the factory
 * @throws TypeError
 */
export const needOptions = (where: string, given: unknown): void => {
  if (object.type(given)) return;
  throw new TypeError(`${where}: the options must be an object, but was ${describeValue(given)}`);
};

/**
 * Takes the parts out of the options of the policy that `where` makes.
 *
 * @throws TypeError for what are no options
 */
export const splitWorld = <T extends PolicyParts>(where: string, options: T) => {
  needOptions(where, options);
  const { clock, random, events, ...rest } = options;
  return { parts: { clock, random, events }, rest };
};
