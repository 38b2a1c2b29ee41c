export { type CacheControl, parseCacheControl } from './cache-control.ts';
export { fieldLines, fieldValue, type HeaderFields } from './fields.ts';
export {
  type CacheRequest,
  createHttpCache,
  type Fresh,
  type HttpCache,
  type Place,
  type Renewed,
} from './http-cache.ts';
export { changedUrls, isUnsafe } from './invalidation.ts';
export { cacheStatusMember, type Handling, markHeaders, staleMark } from './marks.ts';
export { type RequestFields, type RequestRules, readRequestRules } from './request-rules.ts';
export type { StoredAnswer } from './stored-answer.ts';
export type { Windows } from './usage.ts';
export { conditionsOf, isConditional, isNotModified, isWeighable, notModifiedHeaders } from './validation.ts';
export type { CacheMode } from './whose.ts';
