import type { Answer, BodyReaders } from './answer.ts';
import type { Expectation } from './request.ts';

/**
 * A call under way: await it for the answer, or ask it for the body.
 *
 * It starts in the microtask after it was made. `.json()` asked before that makes the parsing part of each attempt, so that
 * an answer that is no JSON counts as the attempt's failure.
 */
export interface ClientCall extends Promise<Answer>, BodyReaders {}

/** Starts a call. Like any promise, it is unhandled only if nobody ever awaits it or reads its body. */
export const startCall = (run: (expectation: Expectation) => Promise<Answer>): ClientCall => {
  const expectation: Expectation = { json: false };
  const answer = Promise.resolve().then(() => run(expectation));
  const readers: BodyReaders = {
    json: <T>() => {
      expectation.json = true;
      return answer.then((each) => each.json<T>());
    },
    text: () => answer.then((each) => each.text()),
    bytes: () => answer.then((each) => each.bytes()),
  };
  return Object.assign(answer, readers);
};
