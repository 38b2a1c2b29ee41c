import { EVENT_NAMES } from '../../events/index.ts';

/** What a preset writes a field as: another name, or several fields. Nothing is written where it returns nothing. */
export type Rename = string | ((value: unknown) => Readonly<Record<string, unknown>> | undefined);

/** How lines are written for one reader of logs. */
export interface Preset {
  /** Key of the message. */
  readonly messageKey: string;
  /** The member that says when, with the comma before it, as pino takes it. */
  readonly timestamp: () => string;
  /** The members that say how severe a line is. */
  readonly level: (label: string, number: number) => Record<string, string | number>;
  /** The fields of a line, ours under the names of the preset. */
  readonly format: (
    fields: Record<string, unknown>,
    trace: TraceFacts | undefined,
  ) => Record<string, unknown>;
}

/** What a preset needs to know of the trace beside its ids. */
export interface TraceFacts {
  /** W3C trace flags. */
  readonly traceFlags: number;
}

const OWN_EVENTS: ReadonlySet<unknown> = new Set(EVENT_NAMES);
const SERVER_EVENT = 'http.server.request';

/** Whether a line tells of a request that was served. */
export const isServerLine = (fields: Readonly<Record<string, unknown>>): boolean =>
  typeof fields.event === 'string' && fields.event.startsWith(SERVER_EVENT);

/** Whether a line is one of ours. Elsewhere `status` or `method` is a word of the app's, which says what it likes by it. */
const isOwnLine = (fields: Readonly<Record<string, unknown>>): boolean =>
  isServerLine(fields) || OWN_EVENTS.has(fields.event);

const assignDefined = (to: Record<string, unknown>, from: Readonly<Record<string, unknown>>): void => {
  for (const key of Object.keys(from)) {
    if (from[key] !== undefined) to[key] = from[key];
  }
};

/**
 * Fields under other names. What is renamed wins over a field that has the other name already, so that nobody can forge an
 * id by the name that the preset gives it.
 *
 * @param always renames of fields that are ours in every line
 * @param ours renames of fields of the lines that we write ourselves
 */
export const renameFields = (
  fields: Readonly<Record<string, unknown>>,
  always: ReadonlyMap<string, Rename>,
  ours: ReadonlyMap<string, Rename>,
): Record<string, unknown> => {
  const kept: Record<string, unknown> = {};
  const renamed: Record<string, unknown> = {};
  const isOurs = isOwnLine(fields);
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    const rename = always.get(key) ?? (isOurs ? ours.get(key) : undefined);
    if (rename === undefined) kept[key] = value;
    else if (value === undefined) continue;
    else if (typeof rename === 'string') renamed[rename] = value;
    else assignDefined(renamed, rename(value) ?? { [key]: value });
  }
  return Object.assign(kept, renamed);
};

/** Time of now under `key`: ISO 8601, UTC, with milliseconds. */
export const isoTime = (key: string): (() => string) => {
  // Under load several lines come in one millisecond.
  let at = Number.NaN;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== at) {
      at = now;
      text = `,"${key}":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
};
