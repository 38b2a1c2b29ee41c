export { corsError, type RateLimitHandler, rateLimitHandler } from './adapters.ts';
export { asyncHandler } from './async-handler.ts';
export { type ClientErrorHandler, type ClientErrorOptions, clientErrorHandler } from './client-error.ts';
export { doctor } from './doctor.ts';
export { type ErrorHandler, problemHandler } from './handler.ts';
export { type ErrorClass, type ErrorMapper, type ErrorPredicate, on } from './mappers.ts';
export { type MongooseErrorsOptions, mongooseErrors } from './mongoose-errors.ts';
export { allowMethods, type Handler, type NotFoundOptions, notFound } from './not-found.ts';
export { jwtErrors, type ValidatorErrorsOptions, validatorErrors, zodErrors } from './opt-in.ts';
export {
  PROBLEM_DEFAULTS,
  type ProblemInstance,
  type ProblemOptions,
  type ProblemPage,
  type ProblemSettings,
} from './options.ts';
export { requestDeadline } from './request-deadline.ts';
export { REQUEST_DEADLINE_DEFAULTS, type RequestDeadlineOptions } from './request-deadline-options.ts';
export {
  SQL_ERRORS_DEFAULTS,
  type SqlErrorsOptions,
  type SqlErrorsSettings,
  sqlErrors,
} from './sql-errors.ts';
export type { StreamSource } from './stream-source.ts';
export { type StreamToOptions, streamTo } from './stream-to.ts';
