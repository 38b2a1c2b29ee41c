import { expect } from '@jest/globals';
import { isErrorStatus } from '../../src/errors/index.ts';
import type { Answer } from './answering.ts';
import { HIDDEN, SECRET } from './thrown.ts';

/** More bytes than this are in no answer to an error without extensions, nor to as many short ones as are listed. */
const MAX_BYTES = 10_000;

const TEXTS = ['type', 'title', 'code', 'requestId', 'correlationId', 'traceId', 'instance'];

/** Paths and places of sources, as stacks have them. */
const STACK = /node_modules|\.[cm]?[jt]s:\d|\bat .*\(/;

/** What is answered to an error that nobody knows. */
export const UNEXPECTED = {
  status: 500,
  code: 'internal-server-error',
  title: 'Internal Server Error',
  detail: 'An unexpected error occurred. Please try again later.',
};

/** Checks what holds for every answer, and gives its document. */
export const wellFormed = (answer: Answer): Record<string, unknown> => {
  const text = answer.bytes.toString();
  // A document is an object; its members are checked below.
  const body = JSON.parse(text) as Record<string, unknown>;

  expect(answer.type).toBe('application/problem+json');
  expect(answer.length).toBe(answer.bytes.length);
  expect(answer.bytes.length).toBeLessThan(MAX_BYTES);
  expect(answer.head.length).toBeLessThan(MAX_BYTES);
  expect(answer.head).toContain('Cache-Control\nno-store');
  expect(isErrorStatus(answer.status)).toBe(true);
  expect(body.status).toBe(answer.status);
  expect(TEXTS.filter((name) => typeof body[name] !== 'string')).toEqual([]);
  expect(`/problems/${body.code}`).toBe(body.type);
  expect(['string', 'undefined']).toContain(typeof body.detail);
  expect(Object.values(body)).not.toContain(null);
  expect(text + answer.head).not.toContain(SECRET);
  expect(text + answer.head + answer.logged).not.toContain(HIDDEN);
  expect(text + answer.head).not.toMatch(STACK);
  expect(text).not.toContain('\n');
  const { status, code, requestId } = body;
  expect(answer.failures).toMatchObject([{ status, code, requestId, err: { type: expect.any(String) } }]);
  return body;
};
