import { createRequire } from 'node:module';
import { type Context, context, propagation, type Span, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

/** The part of the SDK's core that the tests use; it is the SDK's own dependency. */
interface Core {
  setRPCMetadata(to: Context, metadata: { type: string; span: Span }): Context;
  suppressTracing(from: Context): Context;
}

// As much of its types as the tests use.
const core = createRequire(require.resolve('@opentelemetry/sdk-trace-base'))('@opentelemetry/core') as Core;

/** A context in which the instrumentation of Node's http serves a request under this span. */
export const serving = (from: Context, span: Span): Context =>
  core.setRPCMetadata(from, { type: 'http', span });

/** A context in which nothing is traced. */
export const { suppressTracing } = core;

/** The real SDK, without instrumentations; spans are kept in memory as they end. */
export interface StartedSdk {
  readonly exporter: InMemorySpanExporter;
  /** A span that is not active. */
  span(name?: string): Span;
  /** Runs `work` with a span active, which ends after it. */
  within<T>(work: (span: Span) => T): T;
  /** Takes everything back that it registered. */
  stop(): void;
}

export const startSdk = (): StartedSdk => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register();
  const tracer = provider.getTracer('test');
  return {
    exporter,
    span: (name = 'span') => tracer.startSpan(name),
    within: (work) =>
      tracer.startActiveSpan('span', (span) => {
        try {
          return work(span);
        } finally {
          span.end();
        }
      }),
    stop: () => {
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
};
