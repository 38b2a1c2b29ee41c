import { type Answer, type BodyReaders, readJson } from './answer.ts';
import type { Expectation } from './request.ts';

/**
 * A call under way: await it for the answer, or ask it for the body.
 *
 * It starts in the microtask after it was made. `.json()` asked before that makes the parsing part of each attempt, so that
 * an answer that is no JSON counts as the attempt's failure.
 */
export interface ClientCall extends Promise<Answer>, BodyReaders {}

/**
 * A call as its caller gets it. Like any promise, it is unhandled only if nobody ever awaits it or reads its body.
 *
 * @param expectation what the call reads as it starts
 */
export const clientCall = (answer: Promise<Answer>, expectation: Expectation): ClientCall => {
  const readers: BodyReaders = {
    json: <T>() => {
      expectation.json = true;
      return answer.then(readJson<T>);
    },
    text: () => answer.then((each) => each.text()),
    bytes: () => answer.then((each) => each.bytes()),
  };
  return Object.assign(answer, readers);
};
