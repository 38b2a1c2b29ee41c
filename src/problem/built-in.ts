import {
  bodyParserFault,
  type ForeignFault,
  httpErrorFault,
  malformedUrlFault,
  type Recogniser,
} from '../errors/index.ts';

/**
 * Recognisers of other libraries' errors that hold in every app, the most specific first. Those that are right only in
 * some apps are exported as mappers for `mapErrors`.
 */
export const BUILT_IN: readonly Recogniser[] = Object.freeze([
  bodyParserFault,
  malformedUrlFault,
  httpErrorFault,
]);

/** What the first recogniser that knows `error` says of it. */
export const recognise = (error: unknown): ForeignFault | undefined => {
  for (const recogniser of BUILT_IN) {
    const fault = recogniser(error);
    if (fault !== undefined) return fault;
  }
  return undefined;
};
