export { fieldLines, fieldValue, type HeaderFields } from './fields.ts';
export {
  createHttpCache,
  type Fresh,
  type HttpCache,
  type Place,
  type Renewed,
} from './http-cache.ts';
export { changedUrls, isUnsafe } from './invalidation.ts';
export { type Handling, markHeaders, staleMark } from './marks.ts';
export { type RequestRules, readRequestRules } from './request-rules.ts';
export type { StoredAnswer } from './stored-answer.ts';
export type { Windows } from './usage.ts';
export { conditionsOf, isConditional, isNotModified, isWeighable, notModifiedHeaders } from './validation.ts';
export type { CacheMode } from './whose.ts';
