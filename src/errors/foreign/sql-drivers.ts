import { readSafely } from '../../kernel/index.ts';
import { readText } from './dependency-fault.ts';
import { POSTGRES_TEXTS } from './fixed-texts.ts';
import { kindsByCode, type SqlFault, type SqlFaultKind } from './sql-fault.ts';

const SQLSTATE = /^[0-9A-Z]{5}$/;

/**
 * PostgreSQL's codes.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const POSTGRES: ReadonlyMap<string, SqlFaultKind> = kindsByCode({
  duplicate: ['23505'],
  reference: ['23001', '23503'],
  exclusion: ['23P01'],
  data: ['23502', '23514', '22001', '22003', '22007', '22008', '22021', '22P02', '22P05'],
  race: ['40001', '40P01', '55P03'],
  timeout: ['57014'],
  unavailable: ['57P01', '57P02', '57P03', '57P04', '57P05'],
});
/** Classes of them: connection exceptions, insufficient resources. */
const POSTGRES_UNAVAILABLE = /^(?:08|53)/;

const namesOf = (...names: readonly unknown[]): readonly string[] =>
  names.filter((name) => typeof name === 'string');

/** pg (and postgres.js): a SQLSTATE as `code` beside a `severity`. */
export const readPostgresFault = (error: unknown): SqlFault | undefined => {
  const text = POSTGRES_TEXTS.get(readSafely(error, 'message'));
  const code = readText(error, 'code');
  if (text !== undefined && code === undefined) return { kind: text, names: [] };
  if (code === undefined || !SQLSTATE.test(code) || readText(error, 'severity') === undefined)
    return undefined;
  const kind = POSTGRES.get(code) ?? (POSTGRES_UNAVAILABLE.test(code) ? 'unavailable' : undefined);
  if (kind === undefined) return undefined;
  return { kind, names: namesOf(readSafely(error, 'constraint'), readSafely(error, 'column')) };
};

/**
 * MySQL's numbers, and MariaDB's 1969, as mysql2/lib/constants/errors.js names them.
 *
 * @see https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
 */
const MYSQL: ReadonlyMap<unknown, SqlFaultKind> = kindsByCode<unknown>({
  duplicate: [1022, 1062, 1169, 1557, 1586, 1761, 1762, 1859],
  reference: [1216, 1217, 1451, 1452],
  data: [1048, 1264, 1292, 1364, 1366, 1406, 1690, 3140, 3819],
  race: [1205, 1213, 1614, 3058, 3572],
  timeout: [1317, 1969, 3024],
  unavailable: [1021, 1038, 1040, 1041, 1053, 1114, 1129, 1152, 1184, 1203, 1226],
});

/** What mysql2 says of its own. */
const MYSQL_CODES: ReadonlyMap<unknown, SqlFaultKind> = new Map<unknown, SqlFaultKind>([
  ['PROTOCOL_CONNECTION_LOST', 'unavailable'],
  ['PROTOCOL_SEQUENCE_TIMEOUT', 'timeout'],
]);

// Bounded: the text before the name quotes values.
const MYSQL_NAME = /(?: for key|[Cc]heck constraint| CONSTRAINT|[Cc]olumn) ['`]([^'`]{1,128})['`]/;

const mysqlNames = (error: unknown): readonly string[] => {
  const name = MYSQL_NAME.exec((readText(error, 'sqlMessage') ?? '').slice(-1_024))?.[1];
  // Since MySQL 8.0.19 the table stands before the key.
  return name === undefined ? [] : [name.slice(name.lastIndexOf('.') + 1)];
};

/** mysql2 (and mariadb): `errno` and `sqlState` beside a code. */
export const readMysqlFault = (error: unknown): SqlFault | undefined => {
  const code = readText(error, 'code');
  const own = MYSQL_CODES.get(code);
  if (own !== undefined) return { kind: own, names: [] };
  if (code === undefined || readText(error, 'sqlState') === undefined) return undefined;
  const kind = MYSQL.get(readSafely(error, 'errno'));
  return kind === undefined ? undefined : { kind, names: mysqlNames(error) };
};
