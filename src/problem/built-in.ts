import {
  ajvFault,
  bodyParserFault,
  boomFault,
  busboyFault,
  celebrateFault,
  classValidatorFault,
  connectTimeoutFault,
  csrfFault,
  databaseFault,
  expressJwtFault,
  expressValidatorFault,
  type ForeignFault,
  httpErrorFault,
  joiFault,
  malformedUrlFault,
  multerFault,
  oauthBearerFault,
  openapiFault,
  outboundFault,
  passportFault,
  type Recogniser,
  valibotFault,
  yupFault,
} from '../errors/index.ts';

/** Those that say that the request is not valid, and where: an app may choose another status than 422 for all of them. */
export const VALIDATION: readonly Recogniser[] = Object.freeze([
  expressValidatorFault,
  celebrateFault,
  joiFault,
  ajvFault,
  yupFault,
  valibotFault,
  classValidatorFault,
]);

/**
 * Recognisers of other libraries' errors that hold in every app, the most specific first. Those that are right only in
 * some apps are exported as mappers for `mapErrors`.
 */
export const BUILT_IN: readonly Recogniser[] = Object.freeze([
  bodyParserFault,
  malformedUrlFault,
  csrfFault,
  connectTimeoutFault,
  multerFault,
  busboyFault,
  expressJwtFault,
  oauthBearerFault,
  passportFault,
  openapiFault,
  ...VALIDATION,
  boomFault,
  httpErrorFault,
  databaseFault,
  outboundFault,
]);

/** What the first recogniser that knows `error` says of it. */
export const recognise = (
  error: unknown,
  recognisers: readonly Recogniser[] = BUILT_IN,
): ForeignFault | undefined => {
  for (const recogniser of recognisers) {
    const fault = recogniser(error);
    if (fault !== undefined) return fault;
  }
  return undefined;
};
