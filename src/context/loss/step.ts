import { describeValue, readSafely } from '../../kernel/index.ts';
import { layersOf, routerOf } from './layers.ts';

/** Routers within routers are followed this far. */
const MAX_DEPTH = 16;

/** Express 4 puts these two before the middlewares of an app. */
const OF_EXPRESS: ReadonlySet<unknown> = new Set(['query', 'expressInit']);

/** A middleware that a request entered, and where. */
export interface Step {
  readonly layer: object;
  /** The app whose middleware it is. */
  readonly app: unknown;
  /** Path under which it is mounted, or that of its route. */
  readonly path: string;
  /** Whether it called `next`. */
  hasPassed: boolean;
}

/** The stack that holds `layer`, of `router`, its routes or the routers within. */
const stackWith = (layer: object, router: unknown, depth = 0): readonly object[] | undefined => {
  const stack = layersOf(router);
  if (stack.includes(layer)) return stack;
  if (depth >= MAX_DEPTH) return undefined;
  for (const each of stack) {
    const inner = readSafely(each, 'route') ?? readSafely(each, 'handle');
    const found = stackWith(layer, inner, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
};

const positionOf = ({ layer, app }: Step): string => {
  const stack = stackWith(layer, routerOf(app)) ?? [];
  const position = stack.filter((each) => !OF_EXPRESS.has(readSafely(each, 'name'))).indexOf(layer) + 1;
  return position === 0 ? '' : ` at position ${position}`;
};

/** The name of the function, '' for none. Instruments wrap functions, but the layer keeps the name. */
const nameOf = (layer: object): string => {
  const name = readSafely(layer, 'name') ?? readSafely(readSafely(layer, 'handle'), 'name');
  return typeof name === 'string' && name !== '<anonymous>' ? name : '';
};

const IDENTIFIER = /^[A-Za-z_$][\w$]{0,63}$/;

/** How the loser is called in a warning, and what to write to mend it. */
export const describeStep = (step: Step): { readonly who: string; readonly mend: string } => {
  const name = nameOf(step.layer);
  const path = describeValue(step.path === '' ? '/' : step.path);
  return {
    who:
      name === ''
        ? `the anonymous middleware${positionOf(step)} of ${path}`
        : `the middleware ${describeValue(name)} of ${path}`,
    mend: `Wrap it, preserve(${IDENTIFIER.test(name) ? name : 'middleware'}), or mount rebind() right behind it`,
  };
};
