import { validateHeaderName, validateHeaderValue } from 'node:http';
import { types } from 'node:util';
import { anyOf, type Check, durationMs, integer, readOptions, readSafely } from '../../kernel/index.ts';
import type { UpstreamAnswer } from './answer.ts';

const isJson = (value: unknown): boolean => {
  try {
    // What a function is in JSON, and what a symbol is, is nothing at all.
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
};

const isHeader = ([name, value]: readonly [string, unknown]): boolean => {
  try {
    validateHeaderName(name);
    for (const line of Array.isArray(value) ? value : [value]) validateHeaderValue(name, line);
    return true;
  } catch {
    return false;
  }
};

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const headers: Check = {
  expects: 'an object of header names and values that HTTP allows',
  type: isObject,
  range: (value) => isObject(value) && Object.entries(value).every(isHeader),
};

const moment: Check = {
  expects: 'a valid Date',
  type: (value) => Object.prototype.toString.call(value) === '[object Date]',
  range: (value) => !Number.isNaN(Number(value)),
};

const line: Check = {
  expects: 'a text that HTTP allows',
  type: (value) => typeof value === 'string',
  range: (value) => isHeader(['retry-after', value]),
};

const seconds: Check = {
  expects: 'a number',
  type: (value) => typeof value === 'number',
  range: Number.isFinite,
};

const CHECKS: { readonly [K in keyof UpstreamAnswer]-?: Check } = {
  status: integer(200, 599),
  headers,
  json: { expects: 'a value that JSON has', type: isJson },
  body: {
    expects: 'a text or bytes',
    type: (value) => typeof value === 'string' || types.isUint8Array(value),
  },
  retryAfter: anyOf(seconds, moment, line),
  delayMs: durationMs(),
  bodyDelayMs: durationMs(),
  chunkBytes: integer(1),
  everyMs: durationMs(),
};

/**
 * Lets an answer pass that can be sent as it is written.
 *
 * @throws TypeError for an unknown member, for one of the wrong kind, and for both `json` and `body`; RangeError for a value
 * out of range
 */
export const checkAnswer = (given: object): UpstreamAnswer => {
  const answer = readOptions<UpstreamAnswer>({ where: 'fakeUpstream' }, given, {}, CHECKS);
  if (answer.json !== undefined && readSafely(answer, 'body') !== undefined)
    throw new TypeError('fakeUpstream: an answer has either "json" or "body", but was given both');
  return answer;
};
