import { type Document, isCollection, isScalar, parseDocument, stringify } from 'yaml';
import { configVariable } from '../config/environment.ts';
import type { LoadedSettings } from '../config/load.ts';
import { withoutSecrets } from '../config/redact.ts';
import { type Command, exitCodes } from './command.ts';
import { settingsFor, warningText } from './settings.ts';

const usage = 'Usage: jvs2mqtt check-config [FILE]';

/**
 * `jvs2mqtt check-config [FILE]`: every fault and warning of the settings on stderr, and what holds
 * on stdout as YAML, without secrets, each changed setting with where it comes from. The environment
 * counts as it does for the bridge.
 */
export const checkConfig: Command = async (args, io) => {
  const [file, ...more] = args;
  if (file === '--help') {
    io.stdout.write(`${usage}\n`);
    return exitCodes.ok.code;
  }
  if (more.length > 0 || file?.startsWith('-')) {
    io.stderr.write(`${usage}\n`);
    return exitCodes.usage.code;
  }
  const env = file === undefined ? io.env : { ...io.env, [configVariable]: file };
  const loaded = settingsFor({ ...io, env });
  if (loaded === undefined) return exitCodes.settings.code;
  io.stderr.write(warningText(loaded));
  io.stdout.write(effectiveYaml(loaded));
  return exitCodes.ok.code;
};

/** The settings that hold, as YAML without secrets, with the place of each that was set. */
export function effectiveYaml({ settings, sources, file }: LoadedSettings): string {
  const document = parseDocument(stringify(withoutSecrets(settings)));
  for (const [path, { kind, name, line }] of sources) {
    note(document, path, kind === 'file' ? `line ${line}` : name);
  }
  document.commentBefore = ` No fault found. ${file === undefined ? 'There is no file of settings' : `The file is ${file}`}; passwords are not shown.`;
  return document.toString({ lineWidth: 0 });
}

function note(document: Document, path: string, place: string): void {
  const node = document.getIn(path.split('.'), true);
  if (isScalar(node) || (isCollection(node) && node.flow)) node.comment = ` ${place}`;
}
