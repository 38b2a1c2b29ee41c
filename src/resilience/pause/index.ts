export { PAUSE_DEFAULTS, type PauseOptions, type PausePlan, readPause } from './options.ts';
export { type AskedPause, createPause, type PausePolicyOptions, type PauseRules, pause } from './pause.ts';
