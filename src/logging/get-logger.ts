import type { Logger } from 'pino';
import { nestedSite, object, rejectOption, text } from '../kernel/index.ts';

/** Levels of named loggers: a name, or the beginning of names up to a dot, and the name of a level. */
export type LoggerLevels = Readonly<Record<string, string>>;

/** The logger of a part of the app, by its name. */
export type GetLogger = (name: string) => Logger;

/** Names come from code, so there are few; a name that is made of data must not fill the memory. */
const MAX_LOGGERS = 1_000;

const checkLevels = (logger: Logger, levels: LoggerLevels, where: string): void => {
  const site = nestedSite({ where }, 'log');
  if (!object.type(levels)) rejectOption(site, 'levels', object.expects, levels, TypeError);
  const known = [...Object.keys(logger.levels.values), 'silent'];
  for (const [name, level] of Object.entries(levels)) {
    if (known.includes(level)) continue;
    rejectOption(nestedSite(site, 'levels'), name, `one of ${known.join(', ')}`, level);
  }
};

/** The level of the longest entry that is the name or ends where one of its dots stands. */
const levelOf = (levels: ReadonlyMap<string, string>, name: string): string | undefined => {
  for (let part = name; part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('.')))) {
    const level = levels.get(part);
    if (level !== undefined) return level;
  }
  return undefined;
};

/**
 * A function that gives the logger of a name: a child whose lines say `logger: 'orders.repo'`. The same name gets the same
 * logger.
 *
 * @throws TypeError or RangeError for levels that the logger does not know
 */
export const createGetLogger = (
  logger: Logger,
  levels: LoggerLevels = {},
  where = 'getLogger',
): GetLogger => {
  checkLevels(logger, levels, where);
  const byName = new Map(Object.entries(levels));
  const made = new Map<string, Logger>();
  return (name) => {
    if (!text.type(name)) return rejectOption({ where: 'getLogger' }, 'name', text.expects, name, TypeError);
    if (name === '') return rejectOption({ where: 'getLogger' }, 'name', text.expects, name);
    const known = made.get(name);
    if (known !== undefined) return known;
    const level = levelOf(byName, name);
    const child = logger.child({ logger: name }, level === undefined ? undefined : { level });
    if (made.size < MAX_LOGGERS) made.set(name, child);
    return child;
  };
};
