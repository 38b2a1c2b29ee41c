import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { type OptionsSite, readSafely } from '../../kernel/index.ts';
import type { HmacOptions } from './options.ts';

/** Prints a text as `<keyId>:<16 hexadecimal digits>`: the same text by the same name, and nobody can tell which. */
export type Pseudonym = (text: string) => string;

const MIN_KEY_BYTES = 16;
const HASH_DIGITS = 16;
const KEY_ID = /^[\w.-]{1,32}$/;

const keyOf = (key: unknown): KeyObject | undefined => {
  if (typeof key === 'string' && key !== '') return createSecretKey(key, 'utf8');
  // The bytes are copied.
  if (ArrayBuffer.isView(key) && key.byteLength > 0) return createSecretKey(key as NodeJS.ArrayBufferView);
  // By its shape: a KeyObject of another realm is one too.
  return readSafely(key, 'type') === 'secret' ? (key as KeyObject) : undefined;
};

/**
 * A keyed hash, HMAC-SHA-256 cut to 64 bits.
 *
 * @throws TypeError or RangeError for a bad option; neither it nor the key is shown
 */
export const createPseudonym = (site: OptionsSite, given: HmacOptions | undefined): Pseudonym => {
  const name = site.path === undefined ? 'hmac' : `${site.path}.hmac`;
  const refuse = (kind: typeof TypeError | typeof RangeError, what: string): never => {
    throw new kind(`${site.where}: option "${name}${what}`);
  };
  const key = keyOf(readSafely(given, 'key'));
  if (key === undefined)
    return refuse(TypeError, '.key" must be a text, bytes or a secret KeyObject; the mode "hmac" needs it');
  const bytes = key.symmetricKeySize ?? 0;
  if (bytes < MIN_KEY_BYTES)
    return refuse(RangeError, `.key" must have at least ${MIN_KEY_BYTES} bytes, but has ${bytes}`);
  const keyId = readSafely(given, 'keyId');
  if (typeof keyId !== 'string' || !KEY_ID.test(keyId))
    return refuse(TypeError, '.keyId" must be a text of 1 to 32 letters, digits, ".", "_" or "-"');
  return (text) => `${keyId}:${createHmac('sha256', key).update(text).digest('hex').slice(0, HASH_DIGITS)}`;
};
