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

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/** Names of the members of a line in their order, those given twice included; not those of members of members. */
export const namesIn = (line: string): readonly string[] => {
  const names: string[] = [];
  let depth = 0;
  let text = '';
  for (const [token] of line.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (token !== ':') text = token;
    else if (depth === 1) names.push(JSON.parse(text));
  }
  return names;
};
