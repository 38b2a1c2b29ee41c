export { type Breakwater, breakwater } from './breakwater.ts';
export { BREAKWATER_DEFAULTS, type BreakwaterOptions } from './options.ts';
