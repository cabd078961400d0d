/** Where a value was written. */
export interface Source {
  /** the file, or the environment variable */
  readonly name: string;
  readonly kind: 'file' | 'environment';
  readonly line?: number;
}

/** One thing that is wrong, or a warning: all that somebody needs who has to mend it. */
export interface ConfigFault {
  /** absent where it is about what nobody wrote */
  readonly source?: Source;
  /** of the setting, with points: `devices.12221S55G3X8.time_zone`; empty for a whole file */
  readonly path: string;
  /** in plain words, without any secret; empty where `found` and `allowed` say it all */
  readonly problem: string;
  /** what was found, as it is shown; of a secret only what it is */
  readonly found?: string;
  readonly allowed?: string;
  /** the name that was most likely meant */
  readonly nearest?: string;
}

/** `config.yaml:12: http.prot: there is no such setting; did you mean http.port?` */
export function faultLine(fault: ConfigFault): string {
  const { source, path, problem, found, allowed, nearest } = fault;
  const line = source?.line === undefined ? '' : `:${source.line}`;
  const details = [
    found === undefined ? '' : `found ${found}`,
    allowed === undefined ? '' : `allowed: ${allowed}`,
    nearest === undefined ? '' : `did you mean ${nearest}?`,
  ];
  const place = source === undefined ? '' : `${source.name}${line}: `;
  const text = [problem, ...details].filter((part) => part !== '').join('; ');
  return `${place}${path === '' ? '' : `${path}: `}${text}`;
}

/** Thrown where settings are refused: every fault at once. Its message is ready to print. */
export class ConfigFaults extends Error {
  override readonly name = 'ConfigFaults';
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    super([`${count} in the settings:`, ...faults.map((it) => `  ${faultLine(it)}`)].join('\n'));
    this.faults = faults;
  }
}
