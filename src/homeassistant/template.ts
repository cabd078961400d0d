/** Pieces of Jinja, as Home Assistant's `value_template` takes them. */

/** The longest state that Home Assistant keeps. */
const LONGEST_STATE = 255;

/** A text as a Jinja string: its escapes are Python's, which take those of JSON. */
export function quoted(text: string): string {
  return /^[\w /.@-]*$/.test(text) ? `'${text}'` : JSON.stringify(text);
}

/**
 * A key of the payload's JSON. `get` and not `value_json.x`: a key that is not there would be a
 * warning in Home Assistant's log. `None` makes the state unknown.
 */
export function jsonValue(...path: readonly string[]): string {
  const last = path.length - 1;
  return path.reduce(
    (object, key, index) => `${object}.get(${quoted(key)}${index < last ? ', {}' : ''})`,
    'value_json',
  );
}

export function output(expression: string): string {
  return `{{ ${expression} }}`;
}

/** A text, cut where it is too long for a state. */
export function textState(...path: readonly string[]): string {
  const value = jsonValue(...path);
  return output(`${value} if ${value} is none else (${value} | string)[:${LONGEST_STATE}]`);
}

/** `ON`, `OFF`, or `None` for anything but true and false. */
export function flagState(...path: readonly string[]): string {
  return output(`{true: 'ON', false: 'OFF'}.get(${jsonValue(...path)})`);
}

/** The label of a stable key; `None` for one that has none, so that no option is ever invalid. */
export function labelState(
  labels: readonly (readonly [key: string, label: string])[],
  ...path: readonly string[]
): string {
  const map = labels.map(([key, label]) => `${quoted(key)}: ${quoted(label)}`).join(', ');
  return output(`{${map}}.get(${jsonValue(...path)})`);
}

/** Attributes: a JSON object of expressions. */
export function attributes(
  entries: readonly (readonly [key: string, expression: string])[],
): string {
  const map = entries.map(([key, expression]) => `${quoted(key)}: ${expression}`).join(', ');
  return output(`{${map}} | tojson`);
}
