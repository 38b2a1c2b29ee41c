import type { ServerResponse } from 'node:http';
import { type Clock, describeValue, readSafely } from '../../kernel/index.ts';
import { answer, type UpstreamAnswer } from './answer.ts';
import { checkAnswer } from './check-answer.ts';
import { faults, type UpstreamFault } from './faults.ts';
import type { UpstreamRequest } from './receive.ts';

/**
 * What a fake upstream does with one request: an answer, a fault, or a status alone, which has the JSON `{}` where it is
 * one of success.
 */
export type UpstreamStep = UpstreamAnswer | UpstreamFault | number;

/** Steps for several requests: always the same one, one after the other with the last one repeated, or what a function says. */
export type UpstreamSteps =
  | UpstreamStep
  | readonly UpstreamStep[]
  | ((request: UpstreamRequest) => UpstreamStep);

const isFault = (step: unknown): step is UpstreamFault =>
  typeof step === 'string' && Object.hasOwn(faults, step);

const isPromise = (step: unknown): boolean => typeof readSafely(step, 'then') === 'function';

/**
 * Lets a step pass that can be played.
 *
 * @throws TypeError for what is none, and for an answer that is written wrongly; RangeError for one with a value out of range
 */
export const checkStep = (step: UpstreamStep): UpstreamStep => {
  const isStatus = Number.isInteger(step) && Number(step) >= 200 && Number(step) <= 599;
  if (isStatus || isFault(step)) return step;
  if (isPromise(step)) throw new TypeError('fakeUpstream: a step must be there at once, but was a promise');
  if (typeof step === 'object' && step !== null) return checkAnswer(step);
  throw new TypeError(
    `fakeUpstream: a step must be an answer, a status from 200 to 599, or one of ${Object.keys(faults).join(', ')}, got ${describeValue(step)}`,
  );
};

const isList = (steps: UpstreamSteps): steps is readonly UpstreamStep[] => Array.isArray(steps);

/**
 * Says which step each request gets.
 *
 * @throws TypeError for a step that is none; RangeError for an empty list, and for an answer with a value out of range
 */
export const createPlayer = (steps: UpstreamSteps): ((request: UpstreamRequest) => UpstreamStep) => {
  if (typeof steps === 'function') return (request) => checkStep(steps(request));
  const left = isList(steps) ? steps.map(checkStep) : [checkStep(steps)];
  const last = left.at(-1);
  if (last === undefined) throw new RangeError('fakeUpstream: a script needs at least one step');
  return () => (left.length > 1 ? left.shift() : undefined) ?? last;
};

const NO_BODY: ReadonlySet<number> = new Set([204, 205]);

const statusAlone = (status: number): UpstreamAnswer =>
  status < 300 && !NO_BODY.has(status) ? { status, json: {} } : { status };

/** Does to `response` what `step` says. */
export const play = (step: UpstreamStep, response: ServerResponse, clock: Clock): void => {
  if (typeof step === 'string') faults[step](response);
  else answer(typeof step === 'number' ? statusAlone(step) : step, response, clock);
};
