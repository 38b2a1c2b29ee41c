export { beginCall, type Call, type CallParts, createCall } from './call.ts';
export { createJournal, type JournalWriter } from './journal.ts';
export {
  type AnyPolicy,
  type AnyPolicyFactory,
  compose,
  type Operation,
  type Policy,
} from './operation.ts';
export { type Classify, classifyOutcome, type Outcome, outcomeOfStatus, type Settled } from './outcome.ts';
