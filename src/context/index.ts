export type { ContextValue, RequestContext } from './record.ts';
export { contextOf, getContext, keepContext, runWithContext, tryGetContext } from './store.ts';
