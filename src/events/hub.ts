import { type Channel, channel } from 'node:diagnostics_channel';
import { readSafely, toError } from '../kernel/index.ts';
import { EVENT_NAMES, type EventMap, type EventName } from './vocabulary.ts';

/** Receives the events of one name. */
export type Subscriber<Name extends EventName> = (event: EventMap[Name]) => void;

/** Where capabilities say what happened, and logs, metrics and pages hear of it. */
export interface EventHub {
  /** Whether anybody listens; ask before building a payload. */
  wants(name: EventName): boolean;
  /** Tells every subscriber, in order, and the diagnostics channel `express-breakwater:<name>`. Never throws. */
  publish<Name extends EventName>(name: Name, event: EventMap[Name]): void;
  /**
   * Calls `subscriber` at each event of that name, within `publish`. What it throws changes nothing for anybody else.
   *
   * @returns a function that ends the subscription
   * @throws TypeError for an unknown name
   */
  subscribe<Name extends EventName>(name: Name, subscriber: Subscriber<Name>): () => void;
}

// A list per name, of subscribers of that name; the map's type cannot say so.
type AnySubscriber = (event: never) => void;

/** A hub of its own: two apps in one process have two and never see each other's events. */
export const createEventHub = (): EventHub => {
  const channels = new Map<EventName, Channel>(
    EVENT_NAMES.map((name) => [name, channel(`express-breakwater:${name}`)]),
  );
  const subscribers = new Map<EventName, readonly AnySubscriber[]>(EVENT_NAMES.map((name) => [name, []]));
  const warned = new Set<EventName>();

  const tell = (subscriber: AnySubscriber, name: EventName, event: object): void => {
    try {
      // subscribe() stored it under the name whose payload this is.
      subscriber(event as never);
    } catch (thrown) {
      if (warned.has(name)) return;
      warned.add(name);
      const message = String(readSafely(toError(thrown), 'message'));
      process.emitWarning(`A subscriber of "${name}" threw (told once): ${message}`, {
        code: 'BREAKWATER_SUBSCRIBER',
      });
    }
  };

  return Object.freeze<EventHub>({
    wants: (name) => (subscribers.get(name)?.length ?? 0) > 0 || channels.get(name)?.hasSubscribers === true,
    publish: (name, event) => {
      for (const subscriber of subscribers.get(name) ?? []) tell(subscriber, name, event);
      const door = channels.get(name);
      // Node reports what a channel's own subscribers throw, and goes on.
      if (door?.hasSubscribers) door.publish(event);
    },
    subscribe: (name, subscriber) => {
      const current = subscribers.get(name);
      if (current === undefined)
        throw new TypeError(
          `subscribe: unknown event "${String(name)}"; known are ${EVENT_NAMES.join(', ')}`,
        );
      subscribers.set(name, [...current, subscriber]);
      return () => {
        const left = subscribers.get(name) ?? [];
        subscribers.set(
          name,
          left.filter((each) => each !== subscriber),
        );
      };
    },
  });
};
