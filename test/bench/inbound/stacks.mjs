import { createRequire } from 'node:module';
import rTracer from 'cls-rtracer';
import { HttpProblemResponse } from 'express-http-problem-details';
import { ProblemDocument } from 'http-problem-details';
import { DefaultMappingStrategy, ErrorMapper, MapperRegistry } from 'http-problem-details-mapper';
import { buildOf, OWN } from '../lib/builds.mjs';

const require = createRequire(import.meta.url);
// The copies that express-breakwater stands on: both sides run the same code of pino and pino-http.
const { pino } = require('pino');
const { pinoHttp } = require('pino-http');

class PaymentRefused extends Error {
  constructor(needed) {
    super(`The order needs ${needed}`);
    this.name = 'PaymentRefused';
    this.needed = needed;
  }
}

class PaymentRefusedMapper extends ErrorMapper {
  constructor() {
    super(PaymentRefused);
  }

  mapError(error) {
    return new ProblemDocument(
      { type: '/problems/payment-refused', title: 'Payment refused', status: 403, detail: error.message },
      { needed: error.needed },
    );
  }
}

/** Our context alone. */
export const CONTEXT = 'requestContext()';

const typed = () => new PaymentRefused(30);

const answerPlainly = (error, _request, response, _next) => {
  response.status(403).json({ detail: error.message });
};

/** What each stack puts around the same two routes; all lines go to the sink. */
const peers = {
  bare: () => ({
    before: [],
    after: [answerPlainly],
    refusal: typed,
  }),

  'pino-http': (sink) => ({
    before: [pinoHttp({ logger: pino({}, sink) })],
    after: [answerPlainly],
    refusal: typed,
  }),

  assembled: (sink) => ({
    before: [
      rTracer.expressMiddleware({ echoHeader: true }),
      pinoHttp({ logger: pino({ mixin: () => ({ requestId: rTracer.id() }) }, sink) }),
    ],
    after: [
      HttpProblemResponse({
        strategy: new DefaultMappingStrategy(new MapperRegistry().registerMapper(new PaymentRefusedMapper())),
      }),
    ],
    refusal: typed,
  }),
  /** One piece of ours, to be told from the rest. */
  [CONTEXT]: () => ({
    before: [buildOf(OWN).requestContext()],
    after: [answerPlainly],
    refusal: typed,
  }),
};

const suite = ({ breakwater, defineError }, sink) => {
  const Refused = defineError('payment-refused', {
    status: 403,
    title: 'Payment refused',
    detail: ({ needed }) => `The order needs ${needed}`,
    extensions: ['needed'],
  });
  const { before, after } = breakwater({ service: 'orders', version: '1.4.0', log: { stream: sink } });
  return { before, after, refusal: () => new Refused({ needed: 30 }) };
};

/** The stack of that name: a peer's, or that of a build of express-breakwater. */
export const stackOf = (name, sink) => peers[name]?.(sink) ?? suite(buildOf(name), sink);
