import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ConfigFault, ConfigFaults } from '../../src/config/faults.ts';
import { type LoadedSettings, loadSettings } from '../../src/config/load.ts';

/** A folder with these files, gone after the test. */
export function folder(files: Readonly<Record<string, string>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'jvs2mqtt-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

/** Settings of this YAML, named by the environment. */
export function load(yaml: string, env: Readonly<Record<string, string>> = {}): LoadedSettings {
  return loadSettings({ JVS2MQTT_CONFIG: 'my.yaml', ...env }, folder({ 'my.yaml': yaml }));
}

/** The faults of settings that are refused; fails where they are not. */
export function faultsOf(action: () => unknown): ConfigFaults {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigFaults) return error;
    throw error;
  }
  throw new Error('the settings were taken');
}

/** The only fault of this YAML. */
export function faultOf(yaml: string, env: Readonly<Record<string, string>> = {}): ConfigFault {
  const { faults, message } = faultsOf(() => load(yaml, env));
  const [fault] = faults;
  if (fault === undefined || faults.length > 1) throw new Error(`not one fault: ${message}`);
  return fault;
}
