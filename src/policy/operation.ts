import type { Call } from './call.ts';

/** Something that is done for a request, under the conditions of a call. */
export type Operation<Req, Res> = (request: Req, call: Call) => Promise<Res>;

/** A guard around an operation: takes the next one inward, gives one of the same shape. */
export type Policy<Req, Res> = (next: Operation<Req, Res>) => Operation<Req, Res>;

/** A policy for whatever stands inside of it. */
export type AnyPolicy = <Req, Res>(next: Operation<Req, Res>) => Operation<Req, Res>;

/** Makes a policy for whatever stands inside of it, or for what it is told. */
export interface AnyPolicyFactory<Options> {
  (options?: Options): AnyPolicy;
  <Req, Res>(options?: Options): Policy<Req, Res>;
}

/** One policy out of several; the first listed is the outermost. Without any, the operation stays as it is. */
export const compose =
  <Req, Res>(...policies: readonly Policy<Req, Res>[]): Policy<Req, Res> =>
  (operation) =>
    policies.reduceRight((next, policy) => policy(next), operation);
