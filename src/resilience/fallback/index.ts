export { createFallback, type FallbackSetup, fallback } from './fallback.ts';
export {
  type Anything,
  type FallbackFunction,
  type FallbackOption,
  type FallbackPlan,
  type FallbackWhen,
  type IfFits,
  readFallback,
} from './options.ts';
