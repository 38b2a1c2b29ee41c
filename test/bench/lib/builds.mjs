import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** What this checkout builds. */
export const OWN = 'express-breakwater';

const OWN_DIST = fileURLToPath(new URL('../../../dist', import.meta.url));

/** The build of that name: our own, or the one in the folder that the name says. */
export const buildOf = (name) => require(resolve(name === OWN ? OWN_DIST : name, 'index.js'));
