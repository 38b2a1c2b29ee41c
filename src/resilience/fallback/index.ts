export {
  type FallbackFunction,
  type FallbackOption,
  type FallbackPlan,
  type FallbackWhen,
  readFallback,
} from './options.ts';
