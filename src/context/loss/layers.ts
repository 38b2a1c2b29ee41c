import { readSafely } from '../../kernel/index.ts';

/** What Express hands a middleware to go on with. */
export type Next = (...args: unknown[]) => unknown;

/** Told of each middleware that a watched request enters; gives the `next` to hand it. Must not throw. */
export type Enter = (layer: object, next: Next) => Next;

const ENTER = Symbol.for('express-breakwater.loss.enter.v0');
const WATCHED = Symbol.for('express-breakwater.loss.watched.v0');

/** How the two majors call a layer's function, and where the request stands among the arguments; `next` is two further. */
const METHODS: readonly (readonly [name: string, placeOfRequest: number])[] = [
  ['handleRequest', 0],
  ['handleError', 1],
  ['handle_request', 0],
  ['handle_error', 1],
];

const isNext = (value: unknown): value is Next => typeof value === 'function';

/** A method of layers that tells of the requests that are watched, and does for all others what it did. */
const watchMethod = (prototype: object, name: string, place: number): void => {
  const original = Object.getOwnPropertyDescriptor(prototype, name)?.value;
  if (typeof original !== 'function' || Object.hasOwn(original, WATCHED)) return;
  const watched = function (this: object, ...args: unknown[]): unknown {
    const enter = readSafely(args[place], ENTER);
    const next = args[place + 2];
    if (typeof enter !== 'function' || !isNext(next)) return Reflect.apply(original, this, args);
    return Reflect.apply(original, this, args.with(place + 2, enter(this, next)));
  };
  Object.defineProperties(watched, {
    name: { value: original.name },
    length: { value: original.length },
    [WATCHED]: { value: true },
  });
  Object.defineProperty(prototype, name, { value: watched, writable: true, configurable: true });
};

/** The entries of a router's or a route's stack; none for what has no stack. */
export const layersOf = (router: unknown): readonly object[] => {
  const stack = readSafely(router, 'stack');
  return Array.isArray(stack) ? stack.filter((layer) => typeof layer === 'object' && layer !== null) : [];
};

/**
 * Watches every layer of the kind that a router's stack holds: those of nested routers, routes and apps, and those that
 * are added later, since one copy of Express has one kind. The layers and their functions stay as they are.
 */
export const watchLayers = (router: unknown): void => {
  for (const prototype of new Set(layersOf(router).map((layer) => Object.getPrototypeOf(layer)))) {
    if (prototype === null || prototype === Object.prototype) continue;
    for (const [name, place] of METHODS) watchMethod(prototype, name, place);
  }
};

/** Has `enter` told of each middleware that `request` enters from now on. */
export const watchRequest = (request: object, enter: Enter): void => {
  Object.defineProperty(request, ENTER, { value: enter, configurable: true });
};

/** The router of the app that serves a request. Express 4 keeps it under another name, and throws when asked for `router`. */
export const routerOf = (app: unknown): unknown => readSafely(app, '_router') ?? readSafely(app, 'router');
