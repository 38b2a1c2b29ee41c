import { expect } from '@jest/globals';
import { createLogger } from '../../src/logging/index.ts';
import { captureLogs } from '../../src/testing/index.ts';

/** The one line that is written for these arguments. */
export const lineFor = (...args: readonly unknown[]) => {
  const logs = captureLogs();
  const logger = createLogger({
    stream: logs.stream,
    logger: { base: null, timestamp: false },
    redact: ['IBAN'],
  });
  Reflect.apply(logger.info, logger, args);
  expect(logs.lines).toHaveLength(1);
  return { ...logs.lines[0], text: logs.text };
};
