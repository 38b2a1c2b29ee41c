// The result of every factory, exported by an app that has declarations made: each type must have a public name.
import {
  accessLog,
  allowMethods,
  asyncHandler,
  bindContext,
  breaker,
  breakwater,
  bulkhead,
  clientErrorHandler,
  compose,
  contextOf,
  corsError,
  createCall,
  createClient,
  createEventHub,
  createLogger,
  currentCall,
  defineError,
  doctor,
  fallback,
  getContext,
  guarded,
  guardOf,
  journalOf,
  jwtErrors,
  logEvents,
  loggerOf,
  memoryStore,
  mongooseErrors,
  NotFoundError,
  notFound,
  on,
  parseProblem,
  problemHandler,
  protect,
  rateLimitHandler,
  requestContext,
  requireBody,
  retry,
  type SchemaOutput,
  type StandardSchema,
  settle,
  sqlErrors,
  streamTo,
  timeout,
  tryGetContext,
  tryGetCurrentCall,
  validate,
  validatorErrors,
  zodErrors,
} from 'express-breakwater';
import {
  cacheStoreContract,
  captureLogs,
  fakeUpstream,
  manualClock,
  refusedUrl,
  seededRandom,
} from 'express-breakwater/testing';

const schema: StandardSchema<unknown, { page: number }> = {
  '~standard': { version: 1, vendor: 'none', validate: () => ({ value: { page: 1 } }) },
};

export const events = createEventHub();
export const logger = createLogger();
export const onRequest = loggerOf({});
export const suite = breakwater({ service: 'orders' });
export const { before, after, client, close, getLogger } = suite;
export const repoLogger = getLogger('orders.repo');
export const catalog = createClient({ name: 'catalog', baseUrl: 'http://localhost' });
export const call = () => catalog.get('/products');
export const json = () => call().json();
export const work = protect(async (_call, id: string) => id.length, { name: 'work' });
export const store = memoryStore();
export const contract = cacheStoreContract(() => store);
export const answer = () => work.answer('7');
export const policy = compose<string, number>((next) => next);
export const circuit = breaker<string, number>({ name: 'work' });
export const policies = [
  bulkhead<string, number>(),
  retry<string, number>(),
  timeout<string, number>({ ms: 1 }),
];
export const standIn = fallback<string, number>({ value: 0 });
export const composed = compose<string, number>(
  standIn,
  ...policies,
  circuit.policy,
)(async (id) => id.length);
export const begun = () => composed('7', createCall({ name: 'work', signal: undefined }));
export const decorator = guarded({ name: 'work', fallback: { value: 0 } });
export const guardedByApp = suite.guarded({ name: 'work' });
export class Work {
  @guarded({ name: 'work', fallback: ([id]: [string]) => id.length })
  async find(id: string): Promise<number> {
    return id.length + currentCall().attempt;
  }

  @suite.guarded({ name: 'work' })
  async list(): Promise<string[]> {
    return [];
  }
}
export const guard = guardOf(Work.prototype.find);
export const serving = [tryGetCurrentCall()];
export const parts = () => settle({ one: work('1'), two: () => work('2') }, { required: ['one'] });
export const middleware = [requestContext(), accessLog(), requireBody(), notFound(), problemHandler()];
export const context = requestContext();
export const access = accessLog();
export const body = requireBody();
export const lost = notFound();
export const last = problemHandler();
export const methods = allowMethods({});
export const wrapped = asyncHandler((_req: object, _res: object, next: () => void) => next());
export const bound = bindContext((id: string) => id);
export const contexts = [contextOf({}), tryGetContext()];
export const current = () => getContext();
export const refused = clientErrorHandler();
export const limited = rateLimitHandler();
export const cors = corsError();
export const faults = () => doctor({});
export const journal = journalOf(undefined);
export const problem = parseProblem('{}');
export const unsubscribe = logEvents(events, logger);
export const mappers = [jwtErrors(), mongooseErrors(), sqlErrors(), validatorErrors(), zodErrors()];
export const mapper = on(TypeError, () => new NotFoundError());
export const jwt = jwtErrors();
export const Plain = defineError('plain', { status: 404 });
export const Funds = defineError('funds', { status: 403, detail: (d: { needed: number }) => `${d.needed}` });
export const Child = defineError('child', { extends: Funds });
export const stream = streamTo;
export const valid = validate({ body: schema, query: schema });
export const parsed = (req: object) => valid.of(req);
export const generic = <S extends StandardSchema<unknown, unknown>>(each: S) => validate({ body: each });
export const output = <S extends StandardSchema<unknown, unknown>>(each: S, req: object) =>
  generic(each).of(req).body;
export const page: SchemaOutput<typeof schema> = { page: 1 };
export const testing = { logs: captureLogs(), clock: manualClock(), random: seededRandom(1) };
export const logs = captureLogs();
export const clock = manualClock();
export const random = seededRandom(1);
export const upstream = () => fakeUpstream();
export const refusedUpstream = () => refusedUrl();
