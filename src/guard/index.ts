export { type Cached, type CachedAnswer, cached } from './cached.ts';
export type { CachedOptions } from './cached-options.ts';
export { currentCall, tryGetCurrentCall } from './current-call.ts';
export {
  type FittingFallback,
  type GuardedDecorator,
  type GuardedMethod,
  type GuardedOptions,
  guarded,
  guardOf,
} from './guarded.ts';
export type { ProtectOptions } from './options.ts';
export { type FittingOptions, protect } from './protect.ts';
export type { Protected, ProtectedAnswer, ProtectedCall, ProtectedHandles } from './protected.ts';
export {
  type MissingPart,
  type PartialAnswer,
  type PartValue,
  type SettleOptions,
  type StartableParts,
  settle,
} from './settle.ts';
