import { createRequire } from 'node:module';
import express from 'express';
// By name, as users import: Node must find the names in the CommonJS build.
import { BusinessError, breakwater, defineError, getContext, NotFoundError } from 'express-breakwater';
import { manualClock, seededRandom } from 'express-breakwater/testing';
import scenario from '../scenario.cjs';

const require = createRequire(import.meta.url);

await scenario.runScenario({
  express,
  own: { BusinessError, breakwater, defineError, getContext, NotFoundError },
  other: require('express-breakwater'),
  ownTesting: { manualClock, seededRandom },
  otherTesting: require('express-breakwater/testing'),
  require,
});
