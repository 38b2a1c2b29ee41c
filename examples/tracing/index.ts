// #region readme
import express from 'express';
import { breakwater, getContext } from 'express-breakwater';

const { before, after } = breakwater({
  service: 'shop',
  logger: { level: process.env.LOG_LEVEL ?? 'info' },
  context: {
    trust: ['10.0.0.0/8', '127.0.0.1'], // our load balancers; whoever else calls gets ids of ours
    requestIdHeaders: ['x-request-id', 'cf-ray'],
    extract: ['xray'], // where there is no valid traceparent
    inject: ['xray'], // beside traceparent
    baggage: { log: ['tenant'], propagate: ['tenant'] },
    expose: { traceId: 'x-trace-id', responseTime: 'x-response-time', crossOrigin: true },
  },
});

export const app = express();
app.use(before);
app.get('/trace', (_req, res) => {
  const { traceId, parentSpanId } = getContext();
  res.json({ traceId, parentSpanId });
});
app.use(after);
// #endregion readme

if (require.main === module) app.listen(3000, () => console.log('http://localhost:3000/trace'));
