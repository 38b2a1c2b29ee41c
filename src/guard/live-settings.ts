import {
  createReconfigure,
  type Explanation,
  explain,
  type LivePlans,
  livePlansOf,
  type ReconfigureOptions,
  type ResilienceOptions,
  type Stack,
} from '../resilience/index.ts';
import { type ProtectSettings, readPlans } from './options.ts';

/** The settings of a protected function that has been made: they may change under it. */
export interface LiveSettings {
  readonly explain: () => Explanation;
  readonly reconfigure: (changes: ReconfigureOptions) => Explanation;
}

/** Keeps the settings of a stack in step with what is written. */
export const createLiveSettings = <Args extends readonly unknown[], Res>(
  { name, events, live, repeatable, resilience }: ProtectSettings<Args, Res>,
  stack: Pick<Stack<Args, Res>, 'reconfigure' | 'resilience'>,
): LiveSettings => {
  const explainNow = (): Explanation =>
    explain({ name, resilience: stack.resilience(), repeatable, hedged: repeatable });

  const reconfigure = createReconfigure<ReconfigureOptions, LivePlans<Args>>({
    name,
    written: live,
    plans: livePlansOf(resilience),
    offByDefault: ['retry', 'hedge'],
    // A key reads arguments of this function: it is the one that was written when it was made.
    read: (site, written) => livePlansOf(readPlans<Args, Res>(site, written as ResilienceOptions<Args, Res>)),
    view: (plans) => plans,
    apply: stack.reconfigure,
    events,
  });

  return {
    explain: explainNow,
    reconfigure: (changes) => {
      reconfigure(changes);
      return explainNow();
    },
  };
};
