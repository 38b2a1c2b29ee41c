import { sequelizeValidationFault } from './document-fault.ts';
import { firstOf } from './fault.ts';
import { mongoFault } from './mongo.ts';
import { sqlFault } from './sql.ts';

/** Recognises errors of databases, whose drivers put the network's codes on errors that say more. */
export const databaseFault = firstOf(sqlFault, sequelizeValidationFault, mongoFault);
