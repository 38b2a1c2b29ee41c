export { type Attempt, attachJournal, type Journal, journalOf, type StopReason } from './attempt.ts';
export {
  BreakwaterError,
  type BreakwaterErrorOptions,
  type ErrorDefinition,
  isBreakwaterError,
  type ProblemType,
  retryableOf,
} from './base.ts';
export { BusinessError, isBusinessError, isTechnicalError, TechnicalError } from './branches.ts';
export {
  type AuthErrorOptions,
  BadRequestError,
  ClientClosedError,
  ConflictError,
  ContentTooLargeError,
  ForbiddenError,
  GoneError,
  MethodNotAllowedError,
  NotFoundError,
  PreconditionFailedError,
  PreconditionRequiredError,
  TooManyRequestsError,
  UnauthorizedError,
  UnprocessableContentError,
  UnsupportedMediaTypeError,
} from './business.ts';
export { attachCause } from './cause.ts';
export type { Challenge, ChallengeParts } from './challenge.ts';
export {
  DuplicateResourceError,
  InvalidTransitionError,
  QuotaExceededError,
  StaleVersionError,
} from './conflicts.ts';
export {
  type DefinedError,
  type DefinedErrorClass,
  defineError,
  type ErrorData,
  type ErrorType,
} from './define-error.ts';
export { classGuardOf } from './error-plan.ts';
export { isReserved, readExtensions } from './extensions.ts';
export { publicDetail } from './fault-detail.ts';
export { firstItems, namedPath, toName, toPointer } from './fault-place.ts';
export {
  answeredStatusOf,
  databaseFault,
  errorOfFault,
  type ForeignFault,
  faultOfSql,
  faultSummary,
  firstOf,
  foreignFault,
  inboundFault,
  isCastError,
  isPermanent,
  isRecognisedError,
  isThrottling,
  jwtFault,
  outboundFault,
  type Recogniser,
  readSqlFault,
  retryAfterOf,
  type SqlFault,
  type SqlFaultKind,
  validationFault,
  zodFault,
} from './foreign/index.ts';
export { type ProblemBody, parseProblem } from './problem-body.ts';
export {
  BulkheadFullError,
  CircuitOpenError,
  type DependencyErrorOptions,
  DependencyPausedError,
  isRejectedError,
  RejectedError,
} from './rejected.ts';
export { parseRetryAfterMs } from './retry-after.ts';
export { isErrorStatus, statusCode, statusPhrase } from './status.ts';
export { type SubmittedTexts, submittedTexts } from './submitted-texts.ts';
export {
  BadGatewayError,
  ConfigurationError,
  GatewayTimeoutError,
  InternalServerError,
  ResourceExhaustedError,
  ServiceUnavailableError,
} from './technical.ts';
export { twinOf } from './twin.ts';
export {
  DependencyError,
  isUpstreamError,
  type TimeoutScope,
  UpstreamConnectionError,
  UpstreamError,
  type UpstreamErrorOptions,
  UpstreamResponseError,
  type UpstreamResponseOptions,
  UpstreamTimeoutError,
  type UpstreamTimeoutOptions,
} from './upstream.ts';
export { type RequestFault, ValidationError, type ValidationErrorOptions } from './validation.ts';
export { isBusiness, type Verdict, verdictOf } from './verdict.ts';
