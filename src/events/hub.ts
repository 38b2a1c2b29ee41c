import { type Channel, channel } from 'node:diagnostics_channel';
import { types } from 'node:util';
import { type Check, describeValue, readSafely, toError, withMethods } from '../kernel/index.ts';
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
   * Calls `subscriber` at each event of that name, within `publish`. What it throws, or rejects with if it is async,
   * changes nothing for anybody else; a process warning tells of the first one per name.
   *
   * @returns a function that ends this subscription
   * @throws TypeError for an unknown name or a subscriber that is no function
   */
  subscribe<Name extends EventName>(name: Name, subscriber: Subscriber<Name>): () => void;
}

// One per subscription, so that a function subscribed twice is two of them. A list per name holds subscribers of that
// name; the map's type cannot say so.
interface Subscription {
  readonly call: (event: never) => unknown;
}

/** What an `events` option must be. */
export const hubLike: Check = withMethods('a hub made by createEventHub()', 'wants', 'publish', 'subscribe');

/** A hub of its own: two apps in one process have two and never see each other's events. */
export const createEventHub = (): EventHub => {
  const channels = new Map<EventName, Channel>(
    EVENT_NAMES.map((name) => [name, channel(`express-breakwater:${name}`)]),
  );
  const subscriptions = new Map<EventName, readonly Subscription[]>(EVENT_NAMES.map((name) => [name, []]));
  const warned = new Set<EventName>();

  const warn = (name: EventName, thrown: unknown): void => {
    if (warned.has(name)) return;
    warned.add(name);
    const message = describeValue(readSafely(toError(thrown), 'message'));
    process.emitWarning(`A subscriber of "${name}" failed (told once): ${message}`, {
      code: 'BREAKWATER_SUBSCRIBER',
    });
  };

  const tell = (subscription: Subscription, name: EventName, event: object): void => {
    try {
      // subscribe() stored it under the name whose payload this is.
      const result = subscription.call(event as never);
      // An async subscriber's rejection would end the process.
      if (types.isPromise(result)) result.catch((thrown: unknown) => warn(name, thrown));
    } catch (thrown) {
      warn(name, thrown);
    }
  };

  return Object.freeze<EventHub>({
    wants: (name) =>
      (subscriptions.get(name)?.length ?? 0) > 0 || channels.get(name)?.hasSubscribers === true,
    publish: (name, event) => {
      for (const subscription of subscriptions.get(name) ?? []) tell(subscription, name, event);
      const door = channels.get(name);
      // What a channel's own subscriber throws is raised by Node as an uncaught exception on a later tick.
      if (door?.hasSubscribers) door.publish(event);
    },
    subscribe: (name, subscriber) => {
      const current = subscriptions.get(name);
      if (current === undefined)
        throw new TypeError(
          `subscribe: unknown event ${describeValue(name)}; known are ${EVENT_NAMES.join(', ')}`,
        );
      if (typeof subscriber !== 'function')
        throw new TypeError(
          `subscribe: the subscriber must be a function, but was ${describeValue(subscriber)}`,
        );
      const mine: Subscription = { call: subscriber };
      subscriptions.set(name, [...current, mine]);
      return () => {
        const left = subscriptions.get(name) ?? [];
        subscriptions.set(
          name,
          left.filter((each) => each !== mine),
        );
      };
    },
  });
};
