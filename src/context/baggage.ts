import { dropControls } from '../redaction/index.ts';
import { trimSpace } from './header-lines.ts';

/** Which members of a caller's `baggage` go where; what is not listed goes nowhere. */
export interface BaggageOptions {
  /** Keys that stand in log lines. @default [] */
  readonly log?: readonly string[] | undefined;
  /** Keys that go along with outgoing calls. @default [] */
  readonly propagate?: readonly string[] | undefined;
}

/** The options as `readBaggage` uses them. */
export type BaggageSettings = { readonly [K in keyof BaggageOptions]-?: NonNullable<BaggageOptions[K]> };

/** What is left of a caller's `baggage`. */
export interface Baggage {
  /** The header to pass on. */
  readonly baggage?: string;
  /** Values for log lines, decoded. */
  readonly loggedBaggage?: Readonly<Record<string, string>>;
}

interface Member {
  readonly key: string;
  readonly value: string;
  /** As it is passed on: with its properties, without the space around separators. */
  readonly text: string;
}

/** W3C Baggage §3.3.2: what every hop passes on. More is dropped. */
const MAX_MEMBERS = 64;
const MAX_BYTES = 8_192;
const MAX_LOGGED_LENGTH = 256;

/** A key, and the name of a property: a token of RFC 9110 §5.6.2. */
export const BAGGAGE_KEY = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;
const ENCODED = /(?:%[0-9a-fA-F]{2})+/g;
const HALF_PAIR = /[\ud800-\udbff]$/;

/** `key=value`, or a property that is a key alone; nothing for what is neither. */
const readPair = (text: string): { key: string; value: string | undefined } | undefined => {
  const equals = text.indexOf('=');
  const key = trimSpace(equals < 0 ? text : text.slice(0, equals));
  const value = equals < 0 ? undefined : trimSpace(text.slice(equals + 1));
  return BAGGAGE_KEY.test(key) && VALUE.test(value ?? '') ? { key, value } : undefined;
};

const readMember = (text: string): Member | undefined => {
  const pairs = text.split(';').map(readPair);
  const [first] = pairs;
  if (first?.value === undefined || pairs.includes(undefined)) return undefined;
  const texts = pairs.map((pair) => (pair?.value === undefined ? pair?.key : `${pair.key}=${pair.value}`));
  return { key: first.key, value: first.value, text: texts.join(';') };
};

/** Members in order, the first of each key, as many as the limits allow; a malformed one is dropped alone. */
const membersOf = (lines: readonly string[]): readonly Member[] => {
  const members = new Map<string, Member>();
  let bytes = 0;
  let count = 0;
  for (const text of lines.join(',').split(',')) {
    // A whole member or nothing of it, and nothing after it: what was cut in the middle would say something else.
    bytes += text.length + 1;
    if (trimSpace(text) === '') continue;
    count += 1;
    if (count > MAX_MEMBERS || bytes - 1 > MAX_BYTES) break;
    const member = readMember(text);
    if (member !== undefined && !members.has(member.key)) members.set(member.key, member);
  }
  return [...members.values()];
};

/** Bytes that are no UTF-8 become the replacement character, as W3C Baggage §3.3.1.3 asks for. */
const decode = (value: string): string =>
  value.replace(ENCODED, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));

const forLog = (value: string): string =>
  dropControls(decode(value)).slice(0, MAX_LOGGED_LENGTH).replace(HALF_PAIR, '');

const logged = (members: readonly Member[]): Readonly<Record<string, string>> | undefined => {
  if (members.length === 0) return undefined;
  // No prototype: a key can never be mistaken for an inherited one.
  const values: Record<string, string> = Object.create(null);
  for (const { key, value } of members) values[key] = forLog(value);
  return Object.freeze(values);
};

/**
 * Reads the lines of a `baggage` header. Nothing of them goes anywhere unless its key is listed.
 *
 * @see https://www.w3.org/TR/baggage/#baggage-http-header-format
 */
export const readBaggage = (lines: readonly string[], { log, propagate }: BaggageSettings): Baggage => {
  if (lines.length === 0 || log.length + propagate.length === 0) return {};
  const members = membersOf(lines);
  const sent = members.filter(({ key }) => propagate.includes(key)).map(({ text }) => text);
  const values = logged(members.filter(({ key }) => log.includes(key)));
  return {
    ...(sent.length > 0 && { baggage: sent.join(',') }),
    ...(values !== undefined && { loggedBaggage: values }),
  };
};
