export type { ProtectOptions } from './options.ts';
export { type Protected, type ProtectedCall, protect } from './protect.ts';
