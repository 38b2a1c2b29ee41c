export type { AgentOptions } from './agent-options.ts';
export type { Answer, AnswerSource, BodyReaders } from './answer.ts';
export type { BodyStream } from './body-stream.ts';
export type { BodyValue } from './body-value.ts';
export type { ClientCache } from './cached.ts';
export type { PurgeTarget } from './cached-changes.ts';
export type { CallOptions } from './call-options.ts';
export type { ClientCall } from './client-call.ts';
export { type Client, createClient } from './create-client.ts';
export type { HeadersOption } from './headers.ts';
export { answerOf } from './kept-answer.ts';
export {
  CLIENT_DEFAULTS,
  type ClientOptions,
  type ClientReconfigureOptions,
  type ClientRetryOptions,
  type ClientTimeoutOptions,
} from './options.ts';
export type { ProxyOptions } from './proxy-options.ts';
export type { ClientRequest } from './request.ts';
export type { BodyFactory, BodyOption } from './request-body.ts';
export type { UpstreamErrorMap, UpstreamErrorMapper, UpstreamErrors } from './upstream-errors.ts';
export type { PathParams, Query, UrlValue } from './url.ts';
