import type { Logger } from 'pino';
import { readPino } from './pino-symbols.ts';

const BOUND = Symbol('fields that are bound to a logger');

/** Fields of one logger, by name. With a prototype: an object without one is several times slower to copy. */
export type Bound = Readonly<Record<string, unknown>>;

interface Binding {
  [BOUND]?: Bound;
}

/** What a serializer made of a value as it was bound. A class, for its private name: asking for it sets off no proxy. */
class Serialized {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  static has(value: unknown): value is Serialized {
    return typeof value === 'object' && value !== null && #value in value;
  }

  /** What it holds, or the value itself if it is none. */
  static unwrap(value: unknown): unknown {
    return Serialized.has(value) ? value.#value : value;
  }
}

const NOTHING: Bound = Object.freeze({});

/** The fields that are bound to a logger or were to its parents. */
export const boundTo = (logger: Logger): Bound => (logger as Binding)[BOUND] ?? NOTHING;

/** Binds exactly these fields; only this function writes under the symbol. */
export const setBound = (logger: Logger, bound: Bound): void => {
  Object.defineProperty(logger, BOUND, { value: bound, configurable: true, writable: true });
};

/**
 * Passes on what a serializer made as the value was bound; pino runs serializers over all fields of each line.
 *
 * @returns a serializer that runs `serialize` over everything else
 */
export const onceSerialized =
  (serialize: (value: unknown) => unknown): ((value: unknown) => unknown) =>
  (value) =>
    Serialized.has(value) ? Serialized.unwrap(value) : serialize(value);

/**
 * The fields of a logger with more of them: those that are given win over those that are there, so that each name stands
 * once in a line. Serializers see a value once, as it is bound.
 *
 * @param extra serializers beside those of the logger
 */
export const bindMore = (logger: Logger, more: object, extra: object = {}): Bound => {
  const serializers: Record<string, unknown> = { ...extra };
  Object.setPrototypeOf(serializers, Object(readPino(logger, 'pino.serializers')));
  const bound: Record<string, unknown> = { ...boundTo(logger) };
  for (const [name, value] of Object.entries(more)) {
    const serialize = serializers[name];
    bound[name] = typeof serialize === 'function' ? new Serialized(serialize(value)) : value;
  }
  for (const name of Object.keys(extra)) {
    const value = Object.hasOwn(bound, name) ? bound[name] : undefined;
    // It was bound by a parent, whose serializers it has seen: those of the child are not for it.
    if (value !== undefined && !Serialized.has(value)) bound[name] = new Serialized(value);
  }
  return Object.freeze(bound);
};

/** What `logger.bindings()` says: a copy. */
export const listBound = (logger: Logger): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(boundTo(logger)).map(([name, value]) => [name, Serialized.unwrap(value)]),
  );
