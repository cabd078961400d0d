import { resolve } from 'node:path';
import { peekSecrets, type Secrets } from '../config/secrets.ts';
import { lanAddresses } from './addresses.ts';
import { instructions } from './banner.ts';
import { type Command, exitCodes, noArguments } from './command.ts';
import { settingsFor } from './settings.ts';

/**
 * `jvs2mqtt credentials`: what to type into a camera's page and into Home Assistant, passwords
 * included. It reads `secrets.json` of the data folder alone, so the bridge can be running.
 */
export const credentials: Command = async (args, io) => {
  if (args.length > 0) return noArguments(args, io, 'Usage: jvs2mqtt credentials\n');
  const loaded = settingsFor(io);
  if (loaded === undefined) return exitCodes.settings.code;
  const { settings } = loaded;
  const folder = resolve(io.cwd, settings.data.dir);
  let secrets: Secrets | undefined;
  try {
    secrets = peekSecrets(folder, settings);
  } catch (error) {
    io.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return exitCodes.failed.code;
  }
  if (secrets === undefined) {
    io.stderr.write(`${notStarted(folder)}\n`);
    return exitCodes.failed.code;
  }
  const facts = {
    settings,
    secrets,
    addresses: lanAddresses(),
    embedded: settings.mqtt.url === '',
  };
  io.stdout.write(`${instructions(facts, true).join('\n')}\n`);
  return exitCodes.ok.code;
};

function notStarted(folder: string): string {
  return `No passwords in ${folder} yet: the bridge makes them at its first start. Start it, or set JVS2MQTT_DATA_DIR to the folder that it uses.`;
}
