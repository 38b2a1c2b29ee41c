import { types } from 'node:util';
import type { HeaderFields } from '../cache/index.ts';
import { InternalServerError } from '../errors/index.ts';
import { describeValue } from '../kernel/index.ts';
import { type Answer, type AnswerSubject, codeOf, isImmutable, partsOf, replyAnswer } from './answer.ts';
import type { Subject } from './errors.ts';

/** A body, and what its headers say of it. */
interface Content {
  readonly body: Uint8Array;
  readonly headers: HeaderFields;
}

const EMPTY: HeaderFields = Object.freeze({});
const JSON_FIELDS: HeaderFields = Object.freeze({ 'content-type': 'application/json' });

/** A copy of bytes: whoever gave them may write into them. */
const copyBytes = (value: unknown): Uint8Array | undefined => {
  if (ArrayBuffer.isView(value))
    return Uint8Array.from(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
  return types.isAnyArrayBuffer(value) ? Uint8Array.from(new Uint8Array(value)) : undefined;
};

/** Objects without members, of a class: maps, sets, responses and the like, which JSON would write as `{}`. */
const isLost = (value: object): boolean => {
  if (ArrayBuffer.isView(value)) return true;
  if (Array.isArray(value) || types.isBoxedPrimitive(value) || Object.keys(value).length > 0) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object may be another realm's.
  return prototype !== null && Object.getPrototypeOf(prototype) !== null;
};

const refuseLost = (_name: string, value: unknown): unknown => {
  if (typeof value === 'object' && value !== null && isLost(value))
    throw new TypeError(`JSON cannot hold ${describeValue(value)}`);
  return value;
};

const jsonOf = (value: unknown): string => {
  // Its type does not say that it gives undefined for functions and symbols.
  const json: string | undefined = JSON.stringify(value, refuseLost);
  if (json === undefined) throw new TypeError(`JSON cannot hold ${describeValue(value)}`);
  return json;
};

const contentOf = (value: unknown): Content => {
  const bytes = copyBytes(value);
  // What bytes are, nobody said.
  if (bytes !== undefined) return { body: bytes, headers: EMPTY };
  const body = Buffer.from(isImmutable(value) ? (value ?? '') : jsonOf(value));
  return { body, headers: body.byteLength === 0 ? EMPTY : JSON_FIELDS };
};

/**
 * Tests a fallback's value while it can still be told to whoever wrote it.
 *
 * @throws TypeError, or what a `toJSON` of the value throws, for one that cannot be the body of an answer
 */
export const checkFallbackValue = (value: unknown): void => {
  if (partsOf(value) === undefined) contentOf(value);
};

const fallbackContent = ({ dependency }: Subject, value: unknown): Content => {
  try {
    return contentOf(value);
  } catch (cause) {
    const message = `The fallback of "${dependency}" gave something that cannot be the body of an answer`;
    throw new InternalServerError(message, { cause });
  }
};

/**
 * What a fallback gave instead of `error`: another client's answer as it is, anything else as the body of a 200: bytes as
 * they are, the rest as JSON. Whoever asks for the JSON gets a value of its own, though the fallback may give the same one
 * to everybody.
 *
 * @throws InternalServerError for what cannot be the body of an answer
 */
export const fallbackAnswer = (subject: AnswerSubject, given: unknown, error: unknown): Answer => {
  const reason = codeOf(error);
  const parts = partsOf(given);
  if (parts !== undefined) {
    const { reply, subject: _ofAnother, ...rest } = parts;
    const value = isImmutable(parts.value?.json) ? parts.value : undefined;
    return replyAnswer(subject, reply, { ...rest, source: 'fallback', reason, value });
  }
  const reply = { status: 200, ...fallbackContent(subject, given) };
  const value = isImmutable(given) ? { json: given } : undefined;
  return replyAnswer(subject, reply, { source: 'fallback', reason, value });
};
