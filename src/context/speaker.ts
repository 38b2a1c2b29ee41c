import { type Check, readSafely } from '../kernel/index.ts';
import type { RequestContext } from './record.ts';
import { tryGetContext } from './store.ts';

const IDS = ['requestId', 'correlationId', 'traceId', 'spanId'];

/** Whether it has what every record has; one of an older copy of this package may lack the rest. */
const isRecord = (value: unknown): value is RequestContext =>
  IDS.every((name) => typeof readSafely(value, name) === 'string');

/** A record that a caller hands over. */
export const recordLike: Check = { expects: 'a request context', type: isRecord };

/** Options that may say on whose behalf something is done. */
export interface Speaker {
  readonly record?: RequestContext | undefined;
}

/** Whether options say on whose behalf, be it nobody's: `{ record: contextOf(request) }` never means another request. */
export const saysRecord = (options: Speaker | undefined): boolean =>
  typeof options === 'object' && options !== null && Object.hasOwn(options, 'record');

/** The request on whose behalf something is done: the one that options say, else the one being served. */
export const speakerOf = (options: Speaker | undefined): RequestContext | undefined => {
  if (!saysRecord(options)) return tryGetContext();
  const record = options?.record;
  return isRecord(record) ? record : undefined;
};
