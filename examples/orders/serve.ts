import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tokenOf } from './domain.ts';
import { MODES, type Mode } from './faults.ts';
import { STALE_IF_ERROR_MS } from './phases.ts';
import { type Services, startServices } from './processes.ts';
import { lineReport } from './report.ts';

const isMode = (text: string | undefined): text is Mode => MODES.some((mode) => mode === text);

/** `POST /users/down`: puts a service in a mode. */
const control = (services: Services) => (req: IncomingMessage, res: ServerResponse) => {
  const [, name, mode] = (req.url ?? '').split('/');
  const service = name === 'users' || name === 'catalog' ? services[name] : undefined;
  if (req.method !== 'POST' || service === undefined || !isMode(mode)) {
    res.writeHead(404).end(`POST /users/<mode> or /catalog/<mode>; modes are ${MODES.join(', ')}\n`);
    return;
  }
  service.enter(mode).then(
    () => res.end(`${name} is ${mode}\n`),
    (error: unknown) => res.writeHead(500).end(`${String(error)}\n`),
  );
};

const bearer = (user: string): string => `-H 'authorization: Bearer ${tokenOf(user)}'`;

const instructions = (orders: string, faults: string): string => `
The services are up. Try:

  curl -i ${orders}/products/tea
  curl -i ${orders}/products/unicorn
  curl -i ${orders}/products/legacy
  curl -i ${bearer('ada')} ${orders}/profiles/ada
  curl -i ${bearer('ada')} -H 'X-Request-ID: hello-1' ${orders}/user-info
  curl -i ${bearer('alan')} -X POST ${orders}/orders -H 'content-type: application/json' -d '{"userId":"alan","productId":"lamp","quantity":1}'
  curl -i -X POST ${orders}/orders -H 'content-type: application/json' -d '{"userId":"","productId":7}'

Then break a dependency (${MODES.join(', ')}) and ask again:

  curl -X POST ${faults}/users/failing
  curl -i ${bearer('ada')} ${orders}/profiles/ada   # stale for ${STALE_IF_ERROR_MS / 1_000} s, then 503
  curl -X POST ${faults}/users/healthy

What the three services log appears below. Ctrl-C ends it.
`;

/** Keeps the three services up until Ctrl-C, with a door to break two of them. */
export const serve = async (): Promise<void> => {
  const services = await startServices(STALE_IF_ERROR_MS, (line) => console.log(lineReport(line)));
  const faults = createServer(control(services));
  faults.listen(0, '127.0.0.1');
  await once(faults, 'listening');
  console.log(
    instructions(services.orders.url, `http://127.0.0.1:${(faults.address() as AddressInfo).port}`),
  );
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  faults.close();
  await services.stop();
};
