import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from '@jest/globals';
import { createEventHub, EVENT_NAMES, type EventName, type StaleServed } from '../../src/events/index.ts';

const stale: StaleServed = Object.freeze({
  dependency: 'users',
  call: 'GET /:id',
  ageMs: 5,
  reason: 'timeout',
});

interface Warning {
  readonly text: unknown;
  readonly options: unknown;
}

/** The warnings that `work` makes the process give. Under Jest, listeners of `process` do not hear them. */
const warningsOf = async (work: () => void): Promise<readonly Warning[]> => {
  const warnings: Warning[] = [];
  const { emitWarning } = process;
  process.emitWarning = (text: unknown, options?: unknown) => {
    warnings.push({ text, options });
  };
  try {
    work();
    await new Promise(setImmediate);
  } finally {
    process.emitWarning = emitWarning;
  }
  return warnings;
};

describe('createEventHub', () => {
  it('tells every subscriber of the name, in order, with the very event', () => {
    const hub = createEventHub();
    const heard: unknown[] = [];
    hub.subscribe('stale.served', (event) => heard.push('first', event));
    hub.subscribe('stale.served', (event) => heard.push('second', event));
    hub.subscribe('fallback.served', () => heard.push('other name'));

    hub.publish('stale.served', stale);

    expect(heard).toEqual(['first', stale, 'second', stale]);
    expect(heard[1]).toBe(stale);
  });

  it('tells nobody of an event of a name without subscribers', () => {
    const hub = createEventHub();

    expect(() => hub.publish('stale.served', stale)).not.toThrow();
  });

  it('keeps the events of two hubs apart', () => {
    const heard: string[] = [];
    const one = createEventHub();
    const other = createEventHub();
    one.subscribe('stale.served', () => heard.push('one'));
    other.subscribe('stale.served', () => heard.push('other'));

    one.publish('stale.served', stale);

    expect(heard).toEqual(['one']);
  });

  it('stops telling a subscriber whose subscription was ended, also twice', () => {
    const hub = createEventHub();
    const heard: string[] = [];
    const end = hub.subscribe('stale.served', () => heard.push('ended'));

    end();
    end();
    hub.publish('stale.served', stale);

    expect(heard).toEqual([]);
  });

  it('takes a function that is subscribed twice for two subscriptions', () => {
    const hub = createEventHub();
    const heard: StaleServed[] = [];
    const subscriber = (event: StaleServed): void => {
      heard.push(event);
    };
    const end = hub.subscribe('stale.served', subscriber);
    hub.subscribe('stale.served', subscriber);

    end();
    hub.publish('stale.served', stale);

    expect(heard).toEqual([stale]);
  });

  it('still tells the event under way to a subscriber that another one removes', () => {
    const hub = createEventHub();
    const heard: string[] = [];
    hub.subscribe('stale.served', () => end());
    const end = hub.subscribe('stale.served', () => heard.push('second'));

    hub.publish('stale.served', stale);
    hub.publish('stale.served', stale);

    expect(heard).toEqual(['second']);
  });

  it('refuses an unknown name and names the known ones', () => {
    const hub = createEventHub();
    // Callers without types pass anything.
    const name = 'stale.serve' as EventName;

    expect(() => hub.subscribe(name, () => undefined)).toThrow(
      new TypeError(`subscribe: unknown event "stale.serve"; known are ${EVENT_NAMES.join(', ')}`),
    );
  });

  it('refuses a subscriber that is no function', () => {
    const hub = createEventHub();
    // Callers without types pass anything.
    const subscriber = {} as () => void;

    expect(() => hub.subscribe('stale.served', subscriber)).toThrow(
      new TypeError('subscribe: the subscriber must be a function, but was an object'),
    );
  });
});

describe('a subscriber that fails', () => {
  it('keeps the event from nobody and is told of once, by a warning of the process', async () => {
    const hub = createEventHub();
    const heard: string[] = [];
    hub.subscribe('stale.served', () => {
      throw new Error('no more disk');
    });
    hub.subscribe('stale.served', () => heard.push('second'));

    const warnings = await warningsOf(() => {
      hub.publish('stale.served', stale);
      hub.publish('stale.served', stale);
    });

    expect(heard).toEqual(['second', 'second']);
    expect(warnings).toEqual([
      {
        text: 'A subscriber of "stale.served" failed (told once): "no more disk"',
        options: { code: 'BREAKWATER_SUBSCRIBER' },
      },
    ]);
  });

  it('is told of too when it is async and rejects', async () => {
    const hub = createEventHub();
    const rejecting = (): unknown => Promise.reject(new Error('no more disk'));
    hub.subscribe('stale.served', rejecting);

    const warnings = await warningsOf(() => hub.publish('stale.served', stale));

    expect(warnings.map(({ text }) => text)).toEqual([
      'A subscriber of "stale.served" failed (told once): "no more disk"',
    ]);
  });

  it.each([
    ['undefined', undefined],
    ['an error with a message that is no text', Object.assign(new Error(), { message: Object.create(null) })],
    [
      'an error whose message cannot be read',
      Object.defineProperty(new Error(), 'message', {
        get: () => {
          throw new Error('no reading');
        },
      }),
    ],
  ])('does not break publish by throwing %s', async (_name, thrown: unknown) => {
    const hub = createEventHub();
    hub.subscribe('stale.served', () => {
      throw thrown;
    });

    const warnings = await warningsOf(() => hub.publish('stale.served', stale));

    expect(warnings).toHaveLength(1);
  });
});

describe('wants', () => {
  it('is false without anybody listening to that name', () => {
    const hub = createEventHub();
    hub.subscribe('fallback.served', () => undefined);

    expect(hub.wants('stale.served')).toBe(false);
  });

  it('is true while somebody is subscribed', () => {
    const hub = createEventHub();

    const end = hub.subscribe('stale.served', () => undefined);
    const during = hub.wants('stale.served');
    end();

    expect([during, hub.wants('stale.served')]).toEqual([true, false]);
  });
});

describe('the diagnostics channel', () => {
  it('makes the hub want an event and hands it on, without a subscriber of the hub', () => {
    const hub = createEventHub();
    const heard: [unknown, string | symbol][] = [];
    const observer = (message: unknown, name: string | symbol): void => {
      heard.push([message, name]);
    };
    subscribe('express-breakwater:stale.served', observer);

    const wanted = hub.wants('stale.served');
    hub.publish('stale.served', stale);
    unsubscribe('express-breakwater:stale.served', observer);

    expect(wanted).toBe(true);
    expect(heard).toEqual([[stale, 'express-breakwater:stale.served']]);
  });

  it('is a way out only: what others publish there reaches no hub', () => {
    const hub = createEventHub();
    const heard: unknown[] = [];
    hub.subscribe('stale.served', (event) => heard.push(event));
    const other = createEventHub();
    const observer = (): void => undefined;
    subscribe('express-breakwater:stale.served', observer);

    other.publish('stale.served', stale);
    unsubscribe('express-breakwater:stale.served', observer);

    expect(heard).toEqual([]);
  });
});

describe('EVENT_NAMES', () => {
  it('lists each name once and cannot be changed', () => {
    expect(new Set(EVENT_NAMES).size).toBe(EVENT_NAMES.length);
    expect(Object.isFrozen(EVENT_NAMES)).toBe(true);
  });
});
