import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../src/logging/index.ts';
import { captureLogs } from '../../src/testing/index.ts';

/** The one line that is written for these arguments. */
const lineFor = (...args: readonly unknown[]) => {
  const logs = captureLogs();
  const logger = createLogger({ stream: logs.stream, logger: { base: null, timestamp: false } });
  Reflect.apply(logger.info, logger, args);
  expect(logs.lines).toHaveLength(1);
  return { ...logs.lines[0], text: logs.text };
};

describe('scrubbing of text', () => {
  it.each([
    ['sent Authorization: Bearer abc.DEF-123~x', 'sent Authorization: Bearer [Redacted]'],
    ['Authorization: hunter2', 'Authorization: [Redacted]'],
    ['sent proxy-authorization: Token hunter2', 'sent proxy-authorization: Token [Redacted]'],
    ['Authorization: Digest username="hunter2", response="hunter2"', 'Authorization: Digest [Redacted]'],
    ["{ authorization: 'hunter2 hunter2', n: 1 }", '{ authorization: [Redacted], n: 1 }'],
    ['Cookie: theme=hunter2; lang=hunter2', 'Cookie: [Redacted]'],
    ['got Set-Cookie: session=hunter2; Path=/', 'got Set-Cookie: [Redacted]'],
    ["{ 'set-cookie': [ 'a=hunter2' ], n: 1 }", "{ 'set-cookie': [Redacted], n: 1 }"],
    ['Command failed: curl -u app:hunter2 x', 'Command failed: curl -u [Redacted] x'],
    ['curl -sSu "app:hunter2 b" x', 'curl -sSu [Redacted] x'],
    ["curl --user='app:hunter2 b' x", 'curl --user=[Redacted] x'],
    ['sort -u a', 'sort -u a'],
    ['login with password "hunter2 b" failed', 'login with password [Redacted] failed'],
    ["Unexpected token '}'", "Unexpected token '}'"],
    ['sent Basic dXNlcjpwYXNz', 'sent Basic [Redacted]'],
    ['a basic misunderstanding', 'a basic misunderstanding'],
    ['redis://user:hunter2@cache:6379/0 refused', 'redis://[Redacted]@cache:6379/0 refused'],
    ['GET /x?code=hunter2&sig=hunter2 failed', 'GET /x?[Redacted] failed'],
    ['GET "https://x.test/a?hunter2", 2 times', 'GET "https://x.test/a?[Redacted]", 2 times'],
    ["{ url: '/x?n=O'hunter2', n: 1 }", "{ url: '/x?[Redacted]', n: 1 }"],
    ['is ?code=hunter2 a code? Yes', 'is ?[Redacted] a code? Yes'],
    ['https://x.test/#id_token=hunter2', 'https://x.test/#id_token=[Redacted]'],
    ['Which one? This/that?', 'Which one? This/that?'],
    ['{"user":"ada","password":"hunter2"}', '{"user":"ada","password":[Redacted]}'],
    ['{"password" : "a \\" quote, hunter2", "n": 1}', '{"password" : [Redacted], "n": 1}'],
    ['body "{\\"pwd\\":\\"hunter2 b\\",\\"n\\":1}"', 'body "{\\"pwd\\":[Redacted],\\"n\\":1}"'],
    ['{"tokens":["hunter2","hunter2"],"n":1}', '{"tokens":[Redacted],"n":1}'],
    ['{"headers":{"cookie":"a=hunter2; b=hunter2"}}', '{"headers":{"cookie":[Redacted]}}'],
    ['cut in {"password":"hunter2 and', 'cut in {"password":[Redacted]'],
    ["inspected { privateKey: 'hunter2 b', n: 1 }", 'inspected { privateKey: [Redacted], n: 1 }'],
    ['login with password: hunter2 failed', 'login with password: [Redacted] failed'],
    ['Cookie connect.sid=hunter2; theme=dark', 'Cookie connect.sid=[Redacted]; theme=dark'],
    [
      "Duplicate entry 'O'Neill@hunter2' for key 'users.mail'",
      "Duplicate entry [Redacted] for key 'users.mail'",
    ],
    [
      "Incorrect integer value: 'hunter2' for column 'n'",
      "Incorrect integer value: [Redacted] for column 'n'",
    ],
    ['E11000 x dup key: { mail: "hunter2}", n: 1 }', 'E11000 x dup key: [Redacted]'],
    ['invalid input syntax for type integer: "hunter2"', 'invalid input syntax for type integer: [Redacted]'],
    [
      'Cast to ObjectId failed for value "hunter2" (type string) at path "_id"',
      'Cast to ObjectId failed for value [Redacted] (type string) at path "_id"',
    ],
    ['Key (mail)=(hunter2) already exists.', 'Key (mail)=[Redacted] already exists.'],
    [
      `insert into "t" ("a") values ('hunter2', 'it''s hunter2') - duplicate key`,
      `insert into "t" ("a") values ('[Redacted]', '[Redacted]') - duplicate key`,
    ],
    ["failed: UPDATE t\nSET a = 'hunter2'", "failed: UPDATE t\\u000aSET a = '[Redacted]'"],
    ["delete from t where a = 'O\\'hunter2' - no", "delete from t where a = '[Redacted]'"],
    ["select * from t where a = 'hunter2", "select * from t where a = '[Redacted]'"],
    ["with x as (select 1) select 'hunter2'", "with x as (select 1) select '[Redacted]'"],
    ["cannot select from 'these'", "cannot select from 'these'"],
    [
      'Failed query: insert into "t" values ($1, $2)\nparams: hunter2,a\nhunter2',
      'Failed query: insert into "t" values ($1, $2)\\u000aparams: [Redacted]',
    ],
    ['-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY----- read', '[Redacted] read'],
    ['cut: -----BEGIN PRIVATE KEY-----\\nhunter2', 'cut: [Redacted]'],
    ['-----BEGIN PUBLIC KEY-----', '-----BEGIN PUBLIC KEY-----'],
    ['malformed eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.hunter2 there', 'malformed [Redacted] there'],
    [
      "[ [ 'authorization', 'a hunter2' ], [ 'a', 'b' ] ]",
      "[ [ 'authorization', [Redacted] ], [ 'a', 'b' ] ]",
    ],
    ['[\\"a\\",\\"b\\",\\"x-api-key\\",\\"hunter2\\"]', '[\\"a\\",\\"b\\",\\"x-api-key\\",[Redacted]]'],
    ["not allowed: 'password', 'mail'", "not allowed: 'password', 'mail'"],
    ['mysqldump --password hunter2 shop', 'mysqldump --password [Redacted] shop'],
    ['curl --no-password --silent', 'curl --no-password --silent'],
    ['bearer: hunter2 was sent', 'bearer: [Redacted] was sent'],
    ['mongodb://u:p@hunter2@h/db refused', 'mongodb://[Redacted]@h/db refused'],
    ['see https://x.test and mail a@b', 'see https://x.test and mail a@b'],
    ['x-forwarded-authorization: a hunter2', 'x-forwarded-authorization: [Redacted]'],
    ['authorizationHeader: Bearer hunter2', 'authorizationHeader: Bearer [Redacted]'],
    ['requestCookies: a=hunter2; b=hunter2', 'requestCookies: [Redacted]'],
    ['{"signedCookies":"hunter2","n":1}', '{"signedCookies":[Redacted],"n":1}'],
    ['otp: 123456', 'otp: [Redacted]'],
    ['AuthorizationError: user 5 may not', 'AuthorizationError: user 5 may not'],
    ['the password is swordfish', 'the password is swordfish'],
    ['TokenExpiredError: it is too old', 'TokenExpiredError: it is too old'],
    ['bypass: inside: 3 passengers', 'bypass: inside: 3 passengers'],
    ['two\r\nlines\u2028and \u202emore', 'two\\u000d\\u000alines\\u2028and \\u202emore'],
    ['\u200ba\u200e\u200f\u061cb\ufeff', '\\u200ba\\u200e\\u200f\\u061cb\\ufeff'],
  ])('prints %j as %j', (message, printed) => {
    expect(lineFor({ err: new Error(message) }, message)).toMatchObject({
      err: { message: printed },
      msg: printed,
    });
    expect(lineFor(new Error(message))).toMatchObject({ err: { message: printed }, msg: printed });
  });

  it('hides the secret in the stack too', () => {
    expect(lineFor(new Error('Bearer hunter2')).text).not.toContain('hunter2');
  });

  it.each([
    "insert into t values ('hunter2\n    at hunter2') - no",
    "select 'O\\'hunter2' from t",
    'Failed query: select $1\nparams: hunter2\n    at hunter2\nhunter2',
  ])('hides what %j holds in the stack too, and keeps the frames', (message) => {
    const line = lineFor(new Error(message));

    expect(line.text).not.toContain('hunter2');
    expect(line).toMatchObject({ err: { stack: expect.stringMatching(/\n {4}at .*scrubbing\.test\.ts/) } });
  });

  it('ends for a text of frames alone', () => {
    expect(lineFor('\n    at select a:1:2')).toMatchObject({ msg: '\\u000a    at select a:1:2' });
  });

  it('hides the text that JSON.parse choked on', () => {
    const malformed = (): unknown => JSON.parse('"hunter2" and more');
    let thrown: unknown;
    try {
      malformed();
    } catch (error) {
      thrown = error;
    }

    expect(lineFor({ err: { message: '"hunter2" is not valid JSON' }, thrown }).text).not.toContain(
      'hunter2',
    );
    expect(
      lineFor(new SyntaxError('Unexpected token h, ..."hunter2"... is not valid JSON')).text,
    ).not.toContain('hunter2');
  });

  it.each([
    'token',
    '"password":"',
    'password:\\"',
    "pass: '",
    '\\',
    'a-',
    '{"pwd":{',
    '"authorization":',
    'cookie: ',
    'authorization=[',
    '/?',
    '/a?"',
    '?a',
    ' -u ',
    ' -u a:',
    " -u '",
    'password "',
    "insert into '",
    ':update a ',
    ':with a ',
    "select 'a' ",
    'Failed query: ',
    'Failed query: \nparams: ',
    '\n    at select ',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY----------END ',
    'eyJ-',
    'eyJaaaaaaaa.',
    "[ 'token', '",
    ",'token',",
    ' --token ',
    'a-cookie',
    'x-aaaaaa',
    '://a@',
  ])('bounds a text of a million times %j, and its work on it', (part) => {
    const text = part.repeat(1_000_000 / part.length);

    const line = lineFor({ text, [text]: 1, err: new Error(text) }, text);

    expect(line.text.length).toBeLessThan(200_000);
  });

  it('does not print half of a secret that lies across the limit', () => {
    const line = lineFor(new Error(`${'x'.repeat(1_990)} redis://user:hunter2@cache`));

    expect(line.text).not.toContain('hunter');
  });
});
