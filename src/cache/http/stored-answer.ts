import { types } from 'node:util';
import { readSafely } from '../../kernel/index.ts';
import type { HeaderFields } from './fields.ts';
import type { RequestFields } from './request-rules.ts';
import { selectorOf } from './vary.ts';

/** An answer as it is kept: plain data, so that it can leave the process. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: HeaderFields;
  readonly body: Uint8Array;
  /** When it was asked for, in milliseconds since the Unix epoch. */
  readonly requestedAt: number;
  /** When it came, or was last confirmed, in milliseconds since the Unix epoch. */
  readonly receivedAt: number;
  /** The request headers that it depends on: by name, a digest of what each one was. */
  readonly selected: Readonly<Record<string, string>>;
  /** The last invalidation of its URL as it was asked for; `''` for none. */
  readonly epoch: string;
}

/** Makes a digest of a value that must not be kept as it is. */
export type Digest = (value: string) => string;

/** What a request says in the headers that an answer depends on, as digests: they may hold anything. */
export const selectedBy = (
  names: readonly string[],
  headers: RequestFields,
  digest: Digest,
): StoredAnswer['selected'] =>
  Object.fromEntries(names.map((name) => [name, digest(selectorOf(headers, name))]));

/** Whether a stored answer is one to this request (RFC 9111 §4.1). */
export const isSelected = ({ selected }: StoredAnswer, headers: RequestFields, digest: Digest): boolean =>
  Object.entries(selected).every(([name, value]) => value === digest(selectorOf(headers, name)));

/** The last moment that a `Date` can be, in milliseconds since the Unix epoch. */
const LAST_MOMENT = 8.64e15;
const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= LAST_MOMENT;
const isStatus = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599;

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
// RFC 9110 §5.5: visible characters, space and tab; and those above ASCII, which nobody interprets.
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The bytes alone: whatever else hangs on the object stays behind. */
const plainBytes = (value: Uint8Array): Uint8Array =>
  new Uint8Array(value.buffer, value.byteOffset, value.byteLength);

/** The members of an object of texts; `undefined` for anything else. */
const decodeTexts = (value: unknown): readonly [string, readonly string[]][] | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const entries: [string, readonly string[]][] = [];
  for (const [name, member] of Object.entries(value)) {
    const lines: unknown[] = [member].flat();
    if (!lines.every((line) => typeof line === 'string')) return undefined;
    entries.push([name, lines]);
  }
  return entries;
};

const decodeFields = (value: unknown): HeaderFields | undefined => {
  const entries = decodeTexts(value);
  if (!entries?.every(([name, lines]) => NAME.test(name) && lines.every((line) => VALUE.test(line))))
    return undefined;
  return Object.fromEntries(entries.map(([name, lines]) => [name, lines.length === 1 ? lines[0] : lines]));
};

const decodeSelected = (value: unknown): StoredAnswer['selected'] | undefined => {
  const entries = decodeTexts(value);
  if (!entries?.every(([, lines]) => lines.length === 1)) return undefined;
  return Object.fromEntries(entries.map(([name, [line = '']]) => [name, line]));
};

const decode = (value: unknown): StoredAnswer | undefined => {
  const status = readSafely(value, 'status');
  const headers = decodeFields(readSafely(value, 'headers'));
  const body = readSafely(value, 'body');
  const requestedAt = readSafely(value, 'requestedAt');
  const receivedAt = readSafely(value, 'receivedAt');
  const selected = decodeSelected(readSafely(value, 'selected'));
  const epoch = readSafely(value, 'epoch');
  if (!isStatus(status) || !types.isUint8Array(body) || !isTime(requestedAt) || !isTime(receivedAt))
    return undefined;
  if (headers === undefined || selected === undefined || typeof epoch !== 'string') return undefined;
  return { status, headers, body: plainBytes(body), requestedAt, receivedAt, selected, epoch };
};

/** An answer as a store gave it back, which may be anybody's code; `undefined` for what is none. */
export const decodeStored = (value: unknown): StoredAnswer | undefined => {
  try {
    return decode(value);
  } catch {
    // Anybody's object may throw where its members are listed.
    return undefined;
  }
};

/** Size of a stored answer, in bytes. */
export const sizeOfStored = ({ headers, body, selected }: StoredAnswer): number =>
  body.byteLength + 2 * (JSON.stringify(headers).length + JSON.stringify(selected).length);
