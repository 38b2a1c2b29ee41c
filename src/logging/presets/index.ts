import { ecsPreset } from './ecs.ts';
import { gcpPreset } from './gcp.ts';
import { otelPreset } from './otel.ts';
import { plainPreset } from './plain.ts';
import type { Preset } from './preset.ts';

export type { Preset } from './preset.ts';

/** For whom lines are written: `plain` is our own names, the others those of OpenTelemetry, Elastic and Google Cloud. */
export type LogPreset = 'plain' | 'otel' | 'ecs' | 'gcp';

/** The names of the presets. */
export const PRESET_NAMES = Object.freeze(['plain', 'otel', 'ecs', 'gcp'] as const);

/**
 * The preset of that name.
 *
 * @param gcpProject id of the project that has the traces, for `gcp`
 */
export const presetOf = (name: LogPreset, gcpProject: string | undefined): Preset =>
  ({ plain: plainPreset, otel: otelPreset, ecs: ecsPreset, gcp: gcpPreset(gcpProject) })[name];
