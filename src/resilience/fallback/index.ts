export { createFallback, type FallbackSetup, fallback } from './fallback.ts';
export {
  type FallbackFunction,
  type FallbackOption,
  type FallbackPlan,
  type FallbackWhen,
  readFallback,
} from './options.ts';
