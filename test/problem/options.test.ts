import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { NotFoundError } from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { PROBLEM_DEFAULTS, type ProblemOptions, problemHandler } from '../../src/problem/index.ts';
import { readProblemOptions } from '../../src/problem/options.ts';
import { expressMajors } from '../support/express.ts';

// What only a JavaScript caller can write.
const bad = (options: unknown) => options as ProblemOptions;

describe('problemHandler › options', () => {
  it('have these defaults', () => {
    expect(readProblemOptions(undefined)).toEqual({
      baseUri: '/problems/',
      instance: 'path',
      mapErrors: [],
      html: false,
      mirrorJson: false,
      inheritStatus: false,
      events: undefined,
    });
    expect(Object.isFrozen(PROBLEM_DEFAULTS)).toBe(true);
  });

  it.each([
    [
      { baseUri: 7 },
      TypeError,
      'option "baseUri" must be a URI reference that ends with one of / # : = ?, but was 7',
    ],
    [{ baseUri: '/problems' }, RangeError, 'option "baseUri" must be a URI reference'],
    [{ baseUri: 'two words/' }, RangeError, 'but was "two words/"'],
    [{ baseUri: 'http://[/' }, RangeError, 'option "baseUri"'],
    [
      { instance: 'url' },
      RangeError,
      'option "instance" must be false or one of "path", "urn" or a function',
    ],
    [{ instance: 7 }, TypeError, 'option "instance"'],
    [{ mapErrors: () => undefined }, TypeError, 'option "mapErrors" must be a list'],
    [{ mapErrors: ['x'] }, RangeError, 'option "mapErrors"'],
    [{ html: 'page' }, TypeError, 'option "html" must be true or false or a function, but was "page"'],
    [{ mirrorJson: 1 }, TypeError, 'option "mirrorJson" must be true or false'],
    [{ inheritStatus: 1 }, TypeError, 'option "inheritStatus" must be true or false'],
    [{ events: {} }, TypeError, 'option "events" must be a hub made by createEventHub(), but was an object'],
    [
      { baseURI: '/' },
      TypeError,
      'unknown option "baseURI"; known are baseUri, instance, mapErrors, html, mirrorJson, inheritStatus, events',
    ],
    ['x', TypeError, 'the options must be an object'],
  ])('refuse %j', (options, kind, message) => {
    expect(() => problemHandler(bad(options))).toThrow(kind);
    expect(() => problemHandler(bad(options))).toThrow(message);
    expect(() => problemHandler(bad(options))).toThrow(/^problemHandler: /);
  });

  it('are copied, so that later changes of the list change nothing', () => {
    const mapErrors = [() => undefined];

    const settings = readProblemOptions({ mapErrors });
    mapErrors.length = 0;

    expect(settings.mapErrors).toHaveLength(1);
  });

  it('leave the handler with the four parameters by which Express knows it', () => {
    expect(problemHandler()).toHaveLength(4);
  });
});

describe.each(expressMajors)('problemHandler › baseUri, on $major', ({ express }) => {
  // The url.parse of Node, which is deprecated, throws for the first and warns of the second.
  it.each(['urn:a[b:', 'urn:x:'])('stands in type as it is given: %s', async (baseUri) => {
    const app = express();
    app.use(() => {
      throw new NotFoundError('No such order');
    });
    app.use(problemHandler({ baseUri, events: createEventHub() }));

    const answer = await request(app).get('/');

    expect(answer.body).toMatchObject({ type: `${baseUri}not-found`, title: 'Not Found', status: 404 });
  });
});

describe.each(expressMajors)('problemHandler › instance, on $major', ({ express }) => {
  it.each<[ProblemOptions['instance'], unknown]>([
    ['urn', expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/)],
    [(req) => `/seen${req.url}`, '/seen/x'],
    [false, undefined],
  ])('is %p on the wire as asked', async (instance, expected) => {
    const app = express();
    app.get('/x', () => {
      throw new Error('bug');
    });
    app.use(problemHandler({ events: createEventHub(), instance }));

    const answer = await request(app).get('/x');

    expect(answer.body.instance).toEqual(expected);
  });
});
