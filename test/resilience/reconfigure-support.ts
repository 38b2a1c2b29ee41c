import { type ClientReconfigured, createEventHub } from '../../src/events/index.ts';
import {
  createReconfigure,
  type LivePlans,
  livePlansOf,
  type ReconfigurablePart,
  type ReconfigureOptions,
  readResilience,
} from '../../src/resilience/index.ts';

/** Reads what is written, as a client does. */
export const read = (site: { readonly where: string }, written: object): LivePlans =>
  // Options of all parts, as a caller without types writes them.
  livePlansOf(readResilience(site, written as ReconfigureOptions));

/** Settings that change, and who is told. */
export const settings = (given: object, offByDefault?: readonly ReconfigurablePart[]) => {
  const events = createEventHub();
  const told: ClientReconfigured[] = [];
  events.subscribe('client.reconfigured', (event) => told.push(event));
  const applied: LivePlans[] = [];
  const reconfigure = createReconfigure<object, LivePlans>({
    name: 'catalog',
    written: given,
    plans: read({ where: 'createClient' }, given),
    offByDefault,
    read,
    view: (plans) => plans,
    apply: (plans) => applied.push(plans),
    events,
  });
  return { reconfigure, applied, told };
};
