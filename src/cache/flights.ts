import { raceSignal } from '../kernel/index.ts';

/** What a flight came to, for one of those who waited. */
export interface Landed<T> {
  readonly value: T;
  /** Whether somebody else had begun it. */
  readonly joined: boolean;
}

/** One asking for what several want at once. */
export interface Asked<T> {
  /** What is asked for: those who ask for the same share a flight. */
  readonly key: string;
  /** What it is about, for `retire`. */
  readonly group: string;
  /** Begins it, where nobody has. Its signal aborts when nobody waits any more, with the reason of the last who left. */
  readonly begin: (signal: AbortSignal) => Promise<T>;
}

/** One who waits for a flight. */
export interface Waiting {
  /** Whoever waits leaves when it aborts, with its reason. */
  readonly signal: AbortSignal;
  /** The failure for one who joined: an error of its own, as whoever gets one may write on it. */
  readonly ownError: (error: unknown) => unknown;
  /** What the work is given up with, where this one is the last who leaves. @default its signal's reason */
  readonly givenUp?: ((reason: unknown) => unknown) | undefined;
}

/** Work that is under way, each once. */
export interface Flights<T> {
  /** Waits for a flight that is under way, or begins one. */
  join(asked: Asked<T>, waiting: Waiting): Promise<Landed<T>>;
  /** Begins one that goes on though nobody waits, unless one is under way. Whoever joins it later shares it. */
  launch(asked: Asked<T>): Promise<T>;
  /** Whoever asks from now on begins anew, for all that is about `group`, or for everything; who waits goes on waiting. */
  retire(group?: string): void;
  /** Aborts what nobody waits for, and from now on whatever the last one leaves. */
  close(reason: unknown): void;
}

interface Flight<T> {
  readonly key: string;
  readonly group: string;
  readonly landing: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
  /** Whether it goes on without anybody. */
  goesOn: boolean;
  hasLanded: boolean;
}

/** What flights are made of. */
export interface FlightsSetup<T> {
  /** What follows a landing: nobody waits for it, and what the flight was for is its own until then. @default nothing */
  readonly until?: ((value: T) => Promise<unknown>) | undefined;
}

/** No flights yet. */
export const createFlights = <T>({ until }: FlightsSetup<T> = {}): Flights<T> => {
  const underWay = new Map<string, Flight<T>>();
  const background = new Set<Flight<T>>();

  const begin = ({ key, group, begin: work }: Asked<T>, goesOn: boolean): Flight<T> => {
    const controller = new AbortController();
    // What it throws at once is a rejection too; what nobody waits for must not end the process.
    const landing = (async () => work(controller.signal))();
    const flight: Flight<T> = { key, group, landing, controller, waiting: 0, goesOn, hasLanded: false };
    underWay.set(key, flight);
    if (goesOn) background.add(flight);
    const land = (): void => {
      flight.hasLanded = true;
      background.delete(flight);
    };
    const end = (): void => forget(flight);
    const follow = (value: T): unknown => {
      land();
      // Whoever comes right after a landing that nothing follows begins anew.
      return until === undefined ? end() : (async () => until(value))().then(end, end);
    };
    landing.then(follow, () => {
      land();
      end();
    });
    return flight;
  };

  const forget = (flight: Flight<T>): void => {
    // A later one may have taken its place.
    if (underWay.get(flight.key) === flight) underWay.delete(flight.key);
  };

  const giveUp = (flight: Flight<T>, reason: unknown): void => {
    // Who comes now finds none that was given up.
    forget(flight);
    flight.controller.abort(reason);
  };

  const leave = (flight: Flight<T>, reasonOf: () => unknown): void => {
    flight.waiting -= 1;
    if (flight.waiting > 0 || flight.goesOn || flight.hasLanded) return;
    giveUp(flight, reasonOf());
  };

  return Object.freeze<Flights<T>>({
    join: async (asked, { signal, ownError, givenUp = (reason) => reason }) => {
      signal.throwIfAborted();
      const found = underWay.get(asked.key);
      const flight = found ?? begin(asked, false);
      const joined = found !== undefined;
      flight.waiting += 1;
      try {
        return { value: await raceSignal(flight.landing, signal), joined };
      } catch (error) {
        throw joined && !(signal.aborted && error === signal.reason) ? ownError(error) : error;
      } finally {
        leave(flight, () => givenUp(signal.reason));
      }
    },
    launch: (asked) => (underWay.get(asked.key) ?? begin(asked, true)).landing,
    retire: (group) => {
      for (const [key, flight] of underWay) {
        if (group === undefined || flight.group === group) underWay.delete(key);
      }
    },
    close: (reason) => {
      for (const flight of background) {
        flight.goesOn = false;
        if (flight.waiting === 0) giveUp(flight, reason);
      }
    },
  });
};
