// What every plain JavaScript consumer checks. `own` is the package through the consumer's own door, `other` through
// the other one: require for an ES module, import for CommonJS.
const assert = require('node:assert/strict');
const { once } = require('node:events');

const createApp = ({ express, own, other }) => {
  const InsufficientFunds = own.defineError('insufficient-funds', {
    status: 403,
    title: 'Insufficient funds',
    detail: (data) => `The order needs ${data.needed} but the balance is ${data.balance}.`,
    extensions: ['needed'],
  });
  const { before, after } = own.breakwater({ service: 'consumer', logger: { level: 'silent' } });
  const app = express();
  app.use(before);
  app.post('/orders', () => {
    throw new InsufficientFunds({ needed: 30, balance: 10 });
  });
  app.get('/products/:id', () => {
    throw new other.NotFoundError('No such product');
  });
  app.get('/context', (_req, res) => {
    res.json({ requestId: other.getContext().requestId });
  });
  app.get('/bug', () => {
    throw new Error('password=hunter2');
  });
  app.use(after);
  return app;
};

const answerChecks = {
  'a defined error is answered by its problem document': async (call) => {
    const answer = await call('/orders', {
      method: 'POST',
      headers: { 'X-Request-ID': 'consumer-request-1' },
    });
    assert.equal(answer.status, 403);
    assert.equal(answer.headers.get('content-type'), 'application/problem+json');
    assert.equal(answer.headers.get('x-request-id'), 'consumer-request-1');
    const { traceId, instance, ...body } = await answer.json();
    assert.match(traceId, /^[0-9a-f]{32}$/);
    assert.equal(instance, '/orders');
    assert.deepEqual(body, {
      type: '/problems/insufficient-funds',
      title: 'Insufficient funds',
      status: 403,
      detail: 'The order needs 30 but the balance is 10.',
      code: 'insufficient-funds',
      needed: 30,
      requestId: 'consumer-request-1',
      correlationId: 'consumer-request-1',
    });
  },
  'an error class of the other door is one of ours': async (call) => {
    const answer = await call('/products/7');
    assert.equal(answer.status, 404);
    const body = await answer.json();
    assert.deepEqual([body.code, body.detail], ['not-found', 'No such product']);
  },
  'an unmatched route is a 404 problem': async (call) => {
    const answer = await call('/nowhere');
    assert.equal(answer.status, 404);
    assert.equal((await answer.json()).code, 'not-found');
  },
  'a bug is a 500 problem that says nothing': async (call) => {
    const answer = await call('/bug');
    assert.equal(answer.status, 500);
    const text = await answer.text();
    assert.equal(JSON.parse(text).code, 'internal-server-error');
    assert.ok(!text.includes('hunter2'));
  },
  'the context of the request is seen through the other door': async (call) => {
    const answer = await call('/context', { headers: { 'X-Request-ID': 'consumer-request-2' } });
    assert.deepEqual(await answer.json(), { requestId: 'consumer-request-2' });
  },
};

const doorChecks = {
  'require and import give the same classes and functions': ({ own, other, ownTesting, otherTesting }) => {
    for (const name of Object.keys(own)) assert.equal(own[name], other[name], name);
    assert.ok(new own.NotFoundError() instanceof other.NotFoundError);
    assert.equal(ownTesting.manualClock, otherTesting.manualClock);
  },
  'package.json can be read and nothing behind the doors': ({ require }) => {
    assert.equal(require('express-breakwater/package.json').name, 'express-breakwater');
    assert.throws(() => require('express-breakwater/dist/kernel/index.js'), {
      code: 'ERR_PACKAGE_PATH_NOT_EXPORTED',
    });
  },
};

/** Runs every check, prints a line for each, and lets the exit code say whether one failed. */
exports.runScenario = async (consumer) => {
  const check = async (name, work) => {
    try {
      await work();
      console.log(`ok - ${name}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`not ok - ${name}`);
      console.error(error);
    }
  };
  for (const [name, work] of Object.entries(doorChecks)) await check(name, () => work(consumer));
  const server = createApp(consumer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const call = (path, init) => fetch(`http://127.0.0.1:${server.address().port}${path}`, init);
  for (const [name, work] of Object.entries(answerChecks)) await check(name, () => work(call));
  server.close();
  server.closeAllConnections();
};
