import { readSafely } from '../kernel/index.ts';

/** What pino keeps under a symbol of its own; each copy of pino in a process has another, with the same description. */
export type PinoSymbol =
  | 'pino.mixin'
  | 'pino.mixinMergeStrategy'
  | 'pino.messageKey'
  | 'pino.serializers'
  | 'pino.formatters'
  | 'pino.hooks'
  | 'pino.stream'
  | 'pino.errorKey';

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
