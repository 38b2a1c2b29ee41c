import {
  createReconfigure,
  type Explanation,
  explain,
  livePlansOf,
  type Stack,
} from '../resilience/index.ts';
import type { Answer } from './answer.ts';
import type { ClientPlans, ClientReconfigureOptions, ClientSettings } from './options.ts';
import { readPlans } from './plans.ts';
import type { PreparedRequest } from './request.ts';
import { HEDGED_METHODS, isMethodName } from './rules.ts';

/** The settings of a client that has been made: they may change under it. */
export interface LiveSettings {
  /** The settings in force. */
  readonly now: () => ClientSettings;
  readonly explain: (method?: string) => Explanation;
  readonly reconfigure: (changes: ClientReconfigureOptions) => Explanation;
}

const viewOf = ({ connectMs, retryRules, resilience }: ClientPlans): object => {
  const { timeout, retry, ...others } = livePlansOf(resilience);
  const { methods, statuses } = retryRules;
  return {
    timeout: { ...timeout, connectMs },
    retry: { ...retry, methods: [...methods], statuses: [...statuses] },
    ...others,
  };
};

/** Keeps the settings of a client, and those of its stack in step with them. */
export const createLiveSettings = (
  first: ClientSettings,
  stack: Pick<Stack<PreparedRequest, Answer>, 'reconfigure'>,
): LiveSettings => {
  const { name, events, connectMs, live } = first;
  let settings = first;

  const explainNow = (method?: string): Explanation => {
    if (method !== undefined && !isMethodName(method))
      throw new TypeError('explain: the method must be the name of an HTTP method');
    const { resilience, retryRules } = settings;
    const repeatable = method === undefined || retryRules.methods.has(method.toUpperCase());
    const othersOnce = method === undefined;
    const hedged = method === undefined || HEDGED_METHODS.includes(method.toUpperCase());
    return explain({ name, resilience, repeatable, hedged, othersOnce, resendsUnsent: true });
  };

  const reconfigure = createReconfigure<ClientReconfigureOptions, ClientPlans>({
    name,
    written: live,
    plans: first,
    // Its connections were given their time when the client was made.
    read: (site, written) => ({ ...readPlans(site, written), connectMs }),
    view: viewOf,
    apply: ({ retryRules, resilience }) => {
      const plans = livePlansOf(resilience);
      settings = Object.freeze({
        ...settings,
        retryRules,
        resilience: Object.freeze({ ...settings.resilience, ...plans }),
      });
      stack.reconfigure(plans);
    },
    events,
  });

  return {
    now: () => settings,
    explain: explainNow,
    reconfigure: (changes) => {
      reconfigure(changes);
      return explainNow();
    },
  };
};
