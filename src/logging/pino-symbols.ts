import { readSafely } from '../kernel/index.ts';

/** What pino keeps under a symbol of its own; each copy of pino in a process has another, with the same description. */
export type PinoSymbol =
  | 'pino.mixin'
  | 'pino.mixinMergeStrategy'
  | 'pino.messageKey'
  | 'pino.serializers'
  | 'pino.formatters'
  | 'pino.hooks'
  | 'pino.errorKey'
  | 'pino.chindings'
  | 'pino.lsCache'
  | 'pino.time'
  | 'pino.stream'
  | 'pino.setLevel';

/** The symbol of that description on a logger or one of its parents, or `undefined` for what is no pino logger. */
export const pinoSymbol = (logger: object, description: PinoSymbol): symbol | undefined => {
  for (let owner: object | null = logger; owner !== null; owner = Object.getPrototypeOf(owner)) {
    const found = Object.getOwnPropertySymbols(owner).find((each) => each.description === description);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** What a logger keeps under that symbol. */
export const readPino = (logger: object, description: PinoSymbol): unknown => {
  const symbol = pinoSymbol(logger, description);
  return symbol === undefined ? undefined : readSafely(logger, symbol);
};

/** Puts something of ours under that symbol of a logger; its children inherit it. */
export const setPino = (logger: object, description: PinoSymbol, value: unknown): void => {
  const symbol = pinoSymbol(logger, description);
  if (symbol !== undefined)
    Object.defineProperty(logger, symbol, { value, configurable: true, writable: true });
};

const membersOf = (json: string): Record<string, unknown> => {
  try {
    // Members of an object, as pino writes them.
    return JSON.parse(`{${json.replace(/^[{,]+/, '')}}`) as Record<string, unknown>;
  } catch {
    return {};
  }
};

/** Fields that are bound to a logger of pino, which has them as text: with `pid` and `hostname`, a name given twice once. */
export const chindingsOf = (logger: object): Record<string, unknown> => {
  const text = readPino(logger, 'pino.chindings');
  return typeof text === 'string' ? membersOf(text) : {};
};

/** Names of the members by which a logger says level and time, whatever formatters it has. */
export const headNames = (logger: object): readonly string[] => {
  const levels: unknown = readPino(logger, 'pino.lsCache');
  const time: unknown = readPino(logger, 'pino.time');
  const level = Object.values(typeof levels === 'object' && levels !== null ? levels : {})[0];
  const now: unknown = typeof time === 'function' ? Reflect.apply(time, logger, []) : '';
  return [level, now].flatMap((text) => (typeof text === 'string' ? Object.keys(membersOf(text)) : []));
};
