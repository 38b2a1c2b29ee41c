import { type EventHub, hubLike } from '../events/index.ts';
import { type Clock, clockLike, func, type Random, systemClock, systemRandom } from '../kernel/index.ts';

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

/** Takes the parts out of a policy's options. */
export const splitWorld = <T extends PolicyParts>({ clock, random, events, ...rest }: T) => ({
  parts: { clock, random, events },
  rest,
});
