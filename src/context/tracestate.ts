import { trimSpace } from './header-lines.ts';

const KEY = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/;
// Printable ASCII without comma and equals sign, 1 to 256 characters, the last no space.
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

const MAX_MEMBERS = 32;
/** Length that we pass on, the least that the standard asks for. */
const MAX_LENGTH = 512;
/** Members longer than this are the first to go. */
const LONG_MEMBER = 128;

const SEPARATOR = ',';

const lengthOf = (members: readonly string[]): number => members.join(SEPARATOR).length;

/** Drops long members first, then members from the right, until the rest fits. Never cuts a member. */
const shorten = (members: readonly string[]): readonly string[] => {
  if (lengthOf(members) <= MAX_LENGTH) return members;
  const kept = members.filter((member) => member.length <= LONG_MEMBER);
  while (lengthOf(kept) > MAX_LENGTH) kept.pop();
  return kept;
};

/**
 * Reads a `tracestate` header (several joined by commas) into the one to pass on. One bad member, or more than 32, drops
 * it all; of two members with one key the first stays; an empty result is `undefined`.
 *
 * @see https://www.w3.org/TR/trace-context-2/#tracestate-header
 */
export const parseTracestate = (header: string | undefined): string | undefined => {
  const members = (header ?? '')
    .split(SEPARATOR)
    .map(trimSpace)
    .filter((member) => member !== '');
  if (members.length > MAX_MEMBERS) return undefined;
  const byKey = new Map<string, string>();
  for (const member of members) {
    const equals = member.indexOf('=');
    const key = member.slice(0, equals);
    if (equals < 1 || !KEY.test(key) || !VALUE.test(member.slice(equals + 1))) return undefined;
    if (!byKey.has(key)) byKey.set(key, member);
  }
  return shorten([...byKey.values()]).join(SEPARATOR) || undefined;
};
