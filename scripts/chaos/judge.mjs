/** ms that an event may be live after its receipt, and what a busy machine adds */
const LIVE = 10_000 + 1_000;
/** ms that an `ON` may be on its way */
const ON_ITS_WAY = 1_000;
/** ms within which a kill may have cost an acknowledgement that was on its way */
const UNSURE = 2_000;

/**
 * @param answered `device/number` → time, of reports that were answered 0
 * @param pushed the same of all that were pushed
 * @param messages what was published, `{topic, text, at, ackedAt}` in order
 * @param disruptions times of kills and of ends of connections
 */
export function judge({ answered, pushed, messages, disruptions }) {
  const history = new Map();
  const places = new Map();
  let disordered = 0;
  let wrongDuplicates = 0;
  let duplicates = 0;
  let late = 0;
  let over = 0;
  const live = new Map();
  for (const { topic, text, at, ackedAt } of messages) {
    if (isOver(topic, text, at)) over++;
    const kind = /\/(history|event)$/.exec(topic)?.[1];
    if (kind === undefined || topic.includes('/bridge/')) continue;
    const name = /chaos:([^"]+)/.exec(text)?.[1];
    if (name === undefined) continue;
    if (kind === 'event') {
      if (at > (Date.parse(JSON.parse(text).received) || pushed.get(name)) + LIVE) late++;
      live.set(name, (live.get(name) ?? 0) + 1);
      continue;
    }
    if (ackedAt === undefined) continue;
    const first = history.get(name);
    if (first !== undefined) {
      duplicates++;
      if (!disruptions.some((when) => when >= first - UNSURE && when <= first + UNSURE)) {
        wrongDuplicates++;
      }
      continue;
    }
    history.set(name, ackedAt);
    const [device, number] = name.split('/');
    if ((places.get(device) ?? 0) > Number(number)) disordered++;
    places.set(device, Math.max(places.get(device) ?? 0, Number(number)));
  }
  const twice = [...live.values()].filter((count) => count > 1).length;
  const lost = [...answered.keys()].filter((name) => !history.has(name));
  return {
    pushed: pushed.size,
    answered: answered.size,
    arrived: history.size,
    'live events': live.size,
    lost: lost.length,
    'out of order': disordered,
    duplicates,
    'duplicates without a reason': wrongDuplicates,
    'late but live': late,
    'live twice': twice,
    'ON but over': over,
    examples: lost.slice(0, 3),
  };
}

/** What must be zero. */
export const zero = [
  'lost',
  'out of order',
  'duplicates without a reason',
  'late but live',
  'live twice',
  'ON but over',
];

/** An alarm that is said to be `ON` when its time is over. */
function isOver(topic, text, at) {
  if (!topic.includes('/alarm/') || text === '') return false;
  const { state, until } = JSON.parse(text);
  return state === 'ON' && until !== undefined && at > Date.parse(until) + ON_ITS_WAY;
}
