import { isErrorStatus } from './status.ts';

/**
 * A problem document as it travels (RFC 9457 §3). All members are optional there; extensions are whatever the other
 * side added.
 */
export interface ProblemBody {
  readonly type?: string | undefined;
  readonly title?: string | undefined;
  readonly status?: number | undefined;
  readonly detail?: string | undefined;
  readonly instance?: string | undefined;
  readonly [extension: string]: unknown;
}

const TEXTS: readonly string[] = ['type', 'title', 'detail', 'instance'];

const keep = (key: string, value: unknown): boolean => {
  if (key === '__proto__') return false;
  if (TEXTS.includes(key)) return typeof value === 'string';
  return key === 'status' ? isErrorStatus(value) : true;
};

/**
 * Reads somebody else's problem document leniently: a core member of the wrong JSON type is ignored as if absent
 * (RFC 9457 §3.1). Anything but an object is no problem document.
 */
export const parseProblem = (value: unknown): ProblemBody | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.freeze(
    Object.fromEntries(Object.entries(value).filter(([key, member]) => keep(key, member))),
  );
};
