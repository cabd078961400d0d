import { createRequire } from 'node:module';
import type { Document, LineCounter, Node, YAMLMap } from 'yaml';

type Library = typeof import('yaml');

/** Loaded where there is a file: many a house sets all by the environment. */
function library(): Library {
  return createRequire(import.meta.url)('yaml') as Library;
}

/** What somebody wrote, with the lines where they wrote it: any of the sources becomes this. */
export type Found = FoundScalar | FoundMap | FoundList;

export interface FoundScalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly line?: number;
}
export interface FoundMap {
  readonly kind: 'map';
  readonly entries: readonly FoundEntry[];
  readonly line?: number;
}
export interface FoundList {
  readonly kind: 'list';
  readonly items: readonly Found[];
  readonly line?: number;
}
export interface FoundEntry {
  /** as it was written: `12E5` is no number */
  readonly key: string;
  readonly line?: number;
  readonly value: Found;
}

/** A place where a text is no YAML. */
export interface SyntaxProblem {
  readonly line?: number;
  readonly problem: string;
}

/**
 * Reads YAML 1.2 (core schema: `on`, `off`, `yes` and `no` are text). Keys that occur twice are kept
 * both: the checks that know their paths say so.
 */
export function readYaml(text: string): { found: Found } | { problems: readonly SyntaxProblem[] } {
  const yaml = library();
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
  });
  // a warning is a tag that means nothing here (`!secret`): its value would be taken for the text
  const problems = [...document.errors, ...document.warnings].map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    // what is quoted at the end of some messages may be a password
    problem: needsQuotes[error.code] ?? error.message.replace(/: ".*$/s, ''),
  }));
  if (problems.length > 0) return { problems };
  const reader = new Reader(yaml, document, lines);
  const found = reader.read(document.contents);
  return reader.problems.length > 0 ? { problems: reader.problems } : { found };
}

/** What happens to text, a password above all, that begins with a letter of YAML's own. */
const needsQuotes: Readonly<Record<string, string>> = {
  TAG_RESOLVE_FAILED: 'text that begins with ! needs quotes',
  alias: 'text that begins with * needs quotes',
  anchor: 'text that begins with & needs quotes',
};

/** Aliases within aliases deeper than this are no settings. */
const DEEPEST = 20;
/** Nor are more values than this, aliases counted each time: a thousand cameras have fewer. */
const MOST = 200_000;

class Reader {
  readonly problems: SyntaxProblem[] = [];
  readonly #yaml: Library;
  readonly #document: Document;
  readonly #lines: LineCounter;
  #count = 0;

  constructor(yaml: Library, document: Document, lines: LineCounter) {
    this.#yaml = yaml;
    this.#document = document;
    this.#lines = lines;
  }

  read(node: Node | null, depth = 0): Found {
    const { isAlias, isMap, isScalar, isSeq } = this.#yaml;
    const at = this.#at(node);
    this.#count += 1;
    if (depth > DEEPEST || this.#count > MOST) {
      if (this.problems.length === 0)
        this.problems.push({ problem: 'too much is within this', ...at });
      return { kind: 'scalar', value: null, ...at };
    }
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target !== undefined) return this.read(target, depth + 1);
      this.problems.push({ problem: needsQuotes.alias ?? '', ...at });
    }
    if (isMap(node)) return { kind: 'map', entries: this.#entries(node, depth), ...at };
    if (isSeq<Node | null>(node)) {
      return { kind: 'list', items: node.items.map((item) => this.read(item, depth + 1)), ...at };
    }
    if (!isScalar(node)) return { kind: 'scalar', value: null, ...at };
    if (node.value === null && node.anchor !== undefined) {
      this.problems.push({ problem: needsQuotes.anchor ?? '', ...at });
    }
    return { kind: 'scalar', value: plain(node.value), ...at };
  }

  #entries(map: YAMLMap, depth: number): FoundEntry[] {
    return (map as YAMLMap<Node | null, Node | null>).items.map((pair) => ({
      key: this.#keyText(pair.key),
      value: this.read(pair.value, depth + 1),
      ...this.#at(pair.key),
    }));
  }

  /** The key as it was written: a device id of digits, or like `12E5`, is no number. */
  #keyText(key: Node | null): string {
    if (!this.#yaml.isScalar(key)) return key === null ? '' : String(key);
    return key.source ?? String(key.value);
  }

  #at(node: Node | null): { line?: number } {
    const start = node?.range?.[0];
    return start === undefined ? {} : { line: this.#lines.linePos(start).line };
  }
}

function plain(value: unknown): FoundScalar['value'] {
  const simple = ['string', 'number', 'boolean'].includes(typeof value);
  return simple ? (value as string | number | boolean) : null;
}

/** The same of a value that has no lines: one of the environment. */
export function foundIn(value: unknown): Found {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(foundIn) };
  if (typeof value !== 'object' || value === null) return { kind: 'scalar', value: plain(value) };
  const entries = Object.entries(value).map(([key, inner]) => ({ key, value: foundIn(inner) }));
  return { kind: 'map', entries };
}
