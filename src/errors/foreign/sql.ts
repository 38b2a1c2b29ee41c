import { readSafely } from '../../kernel/index.ts';
import { isObject, readText } from './dependency-fault.ts';
import { firstOf, knownBy, type Recogniser } from './fault.ts';
import { codeFault } from './network.ts';
import { readMysqlFault, readPostgresFault } from './sql-drivers.ts';
import { faultOfSql, kindsByCode, type SqlFault, type SqlFaultKind } from './sql-fault.ts';
import { TRAIT } from './traits.ts';

type Reader = (error: unknown) => SqlFault | undefined;

const textsOf = (value: unknown): readonly string[] => {
  const values = Array.isArray(value) ? value.slice(0, 16) : [value];
  return values.filter((each) => typeof each === 'string');
};

const keysOf = (value: unknown): readonly string[] => {
  try {
    return isObject(value) ? Object.keys(value).slice(0, 16) : [];
  } catch {
    // A hostile proxy.
    return [];
  }
};

/**
 * Prisma's codes. Version 7 makes those of its driver adapters itself (@prisma/client/runtime/client.js); P2001, P2006,
 * P2015 and P2024 come from engines before it.
 *
 * @see https://www.prisma.io/docs/orm/reference/error-reference
 */
const PRISMA: ReadonlyMap<unknown, SqlFaultKind> = kindsByCode<unknown>({
  duplicate: ['P2002'],
  reference: ['P2003', 'P2014'],
  missing: ['P2001', 'P2015', 'P2018', 'P2025'],
  input: ['P2000', 'P2006', 'P2007', 'P2011', 'P2020'],
  race: ['P2034'],
  unavailable: ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'],
});

/** Prisma: `clientVersion` beside a code; that of an error while connecting is its `errorCode`, or missing. */
const readPrismaFault: Reader = (error) => {
  if (readText(error, 'clientVersion') === undefined) return undefined;
  const kind = PRISMA.get(readSafely(error, 'code') ?? readSafely(error, 'errorCode'));
  if (kind === undefined)
    return readSafely(error, 'name') === 'PrismaClientInitializationError'
      ? { kind: 'unavailable', names: [] }
      : undefined;
  const meta = readSafely(error, 'meta');
  const constraint = readSafely(readSafely(readSafely(meta, 'driverAdapterError'), 'cause'), 'constraint');
  const names = [
    readSafely(meta, 'target'),
    readSafely(constraint, 'fields'),
    readSafely(constraint, 'index'),
  ];
  return { kind, names: names.flatMap(textsOf) };
};

const SEQUELIZE = 'Sequelize';
const SEQUELIZE_NAMES: ReadonlyMap<string, SqlFaultKind> = kindsByCode<string>({
  duplicate: ['UniqueConstraintError'],
  reference: ['ForeignKeyConstraintError'],
  exclusion: ['ExclusionConstraintError'],
  stale: ['OptimisticLockError'],
  missing: ['EmptyResultError'],
  unavailable: [
    'ConnectionError',
    'ConnectionAcquireTimeoutError',
    'ConnectionRefusedError',
    'ConnectionTimedOutError',
    'HostNotFoundError',
    'HostNotReachableError',
    'InvalidConnectionError',
  ],
});

/** Sequelize: names with its own prefix; what it does not tell apart (`DatabaseError`) is the driver's `parent`. */
const readSequelizeFault: Reader = (error) => {
  const name = readText(error, 'name') ?? '';
  if (!name.startsWith(SEQUELIZE)) return undefined;
  const parent = readSafely(error, 'parent');
  const driver = readDriverFault(parent);
  const kind = SEQUELIZE_NAMES.get(name.slice(SEQUELIZE.length)) ?? driver?.kind;
  if (kind === undefined) {
    // A timeout of the server's is the driver's error; what is left are those of the connection under a statement.
    if (name === 'SequelizeTimeoutError') return { kind: 'timeout', names: [] };
    return codeFault(readText(parent, 'code')) === undefined ? undefined : { kind: 'unavailable', names: [] };
  }
  const names = [readSafely(error, 'constraint'), readSafely(error, 'index')];
  return {
    kind,
    names: [...names.flatMap(textsOf), ...(driver?.names ?? []), ...keysOf(readSafely(error, 'fields'))],
  };
};

/** TypeORM: a failed query delegates to the driver's error, what was not found has its entity and criteria. */
const readTypeormFault: Reader = (error) => {
  if (readText(error, 'query') !== undefined) return readDriverFault(readSafely(error, 'driverError'));
  const name = readSafely(error, 'name');
  if (name === 'EntityNotFoundError' && readSafely(error, 'entityClass') !== undefined)
    return { kind: 'missing', names: [] };
  const isStale = (readText(error, 'message') ?? '').startsWith('The optimistic lock on entity ');
  return name === 'OptimisticLockVersionMismatchError' && isStale ? { kind: 'stale', names: [] } : undefined;
};

const readDriverFault: Reader = (error) => readPostgresFault(error) ?? readMysqlFault(error);

/** Reads errors of pg, mysql2, Prisma, Sequelize and TypeORM; `undefined` for all others. Never throws. */
export const readSqlFault = (error: unknown): SqlFault | undefined =>
  readDriverFault(error) ?? readPrismaFault(error) ?? readSequelizeFault(error) ?? readTypeormFault(error);

const faultBy =
  (read: Reader): Recogniser =>
  (error) => {
    const fault = read(error);
    return fault === undefined ? undefined : faultOfSql(fault);
  };

/** Recognises errors of SQL databases. Values that a column refuses are left: whose mistake they are, only the app knows. */
export const sqlFault = firstOf(
  knownBy(TRAIT.severity | TRAIT.text, faultBy(readPostgresFault)),
  knownBy(TRAIT.code, faultBy(readMysqlFault)),
  knownBy(TRAIT.clientVersion, faultBy(readPrismaFault)),
  knownBy(TRAIT.name, faultBy(readSequelizeFault)),
  knownBy(TRAIT.name | TRAIT.query, faultBy(readTypeormFault)),
);
