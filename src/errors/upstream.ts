import { brandSymbol, hasBrand } from '../kernel/index.ts';
import { branded, type ErrorDefinition, named } from './base.ts';
import { TechnicalError } from './branches.ts';
import type { ProblemBody } from './problem-body.ts';
import type { DependencyErrorOptions } from './rejected.ts';

const UPSTREAM = brandSymbol('error.upstream');

/** Options of errors of a dependency that was asked and failed. */
export interface UpstreamErrorOptions extends DependencyErrorOptions {
  /** What went wrong in one word: `connection-refused`, `attempt-timeout`, `status-503`, `truncated`. */
  readonly reason?: string | undefined;
}

/** Tried and failed: the dependency was asked. */
export abstract class UpstreamError extends TechnicalError {
  static {
    named(UpstreamError, 'UpstreamError');
    branded(UpstreamError, UPSTREAM);
  }

  /** Name of the dependency. */
  readonly dependency: string | undefined;
  /** What went wrong in one word. */
  readonly reason: string;

  constructor(
    definition: ErrorDefinition,
    message: string | undefined,
    options: UpstreamErrorOptions | undefined,
  ) {
    super(definition, message, options);
    this.dependency = options?.dependency;
    this.reason = options?.reason ?? this.code;
  }
}

/** 502: a dependency was asked and failed, whichever way: for databases, queues and SDKs. */
export class DependencyError extends UpstreamError {
  static {
    named(DependencyError, 'DependencyError');
  }

  constructor(message?: string, options?: UpstreamErrorOptions) {
    super({ status: 502, code: 'dependency-failed' }, message, options);
  }
}

/** Which time ran out: one attempt's, the whole call's, the connection's, or that of the request being served. */
export type TimeoutScope = 'attempt' | 'total' | 'connect' | 'deadline';

/** Options of a timeout error. */
export interface UpstreamTimeoutOptions extends UpstreamErrorOptions {
  /** @default 'attempt' */
  readonly scope?: TimeoutScope | undefined;
  /** The time that was allowed, in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

/** 504: no answer in time. */
export class UpstreamTimeoutError extends UpstreamError {
  static {
    named(UpstreamTimeoutError, 'UpstreamTimeoutError');
  }

  /** Which time ran out. */
  readonly scope: TimeoutScope;
  /** The time that was allowed, in milliseconds. */
  readonly timeoutMs: number | undefined;

  constructor(message?: string, options: UpstreamTimeoutOptions = {}) {
    const scope = options.scope ?? 'attempt';
    const reason = options.reason ?? (scope === 'deadline' ? 'deadline' : `${scope}-timeout`);
    super({ status: 504, code: 'dependency-timeout' }, message, { ...options, reason });
    this.scope = scope;
    this.timeoutMs = options.timeoutMs;
  }
}

/** 502: no connection, or one that broke: refused, reset, name not found, TLS. */
export class UpstreamConnectionError extends UpstreamError {
  static {
    named(UpstreamConnectionError, 'UpstreamConnectionError');
  }

  constructor(message?: string, options?: UpstreamErrorOptions) {
    super({ status: 502, code: 'dependency-failed' }, message, options);
  }
}

/** Options of an error about an answer. */
export interface UpstreamResponseOptions extends UpstreamErrorOptions {
  /** Status of the dependency's answer. */
  readonly upstreamStatus?: number | undefined;
  /** The answer's problem document, if it was one. */
  readonly problem?: ProblemBody | undefined;
}

/** Answers by which a dependency says that it cannot serve now; we pass that on as our own 503. */
const UNAVAILABLE: ReadonlySet<number | undefined> = new Set([429, 503]);

/** 502, or 503 for an upstream 429 or 503: an answer that is an error, or that cannot be read. */
export class UpstreamResponseError extends UpstreamError {
  static {
    named(UpstreamResponseError, 'UpstreamResponseError');
  }

  /** Status of the dependency's answer. */
  readonly upstreamStatus: number | undefined;
  /** The answer's problem document, if it was one. */
  readonly problem: ProblemBody | undefined;

  constructor(message?: string, options: UpstreamResponseOptions = {}) {
    const definition = UNAVAILABLE.has(options.upstreamStatus)
      ? { status: 503, code: 'dependency-unavailable' }
      : { status: 502, code: 'dependency-failed' };
    const status = options.upstreamStatus === undefined ? undefined : `status-${options.upstreamStatus}`;
    super(definition, message, { ...options, reason: options.reason ?? status });
    this.upstreamStatus = options.upstreamStatus;
    this.problem = options.problem;
  }
}

/** Whether `error` says that a dependency was asked and failed, of whichever copy of this package. */
export const isUpstreamError = (error: unknown): error is UpstreamError => hasBrand(error, UPSTREAM);
