import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/decode/report.ts';
import { planDiscovery } from '../../src/homeassistant/plan.ts';

type Components = Record<string, JsonObject>;

function payload(components: Components, device: JsonObject = { name: 'x' }): JsonObject {
  return { device, components };
}

function sensor(id: string, rest: JsonObject = {}): JsonObject {
  return { p: 'sensor', unique_id: id, ...rest };
}

const none = new Map<string, JsonObject>();
const one = new Map([['a', payload({ s1: sensor('1'), s2: sensor('2') })]]);

describe('planDiscovery', () => {
  it('announces a device that is new', () => {
    expect(planDiscovery(none, one)).toEqual([
      { topic: 'a', payload: one.get('a'), retain: true, announces: true, rereads: false },
    ]);
  });

  it('does nothing where nothing changed', () => {
    expect(planDiscovery(one, new Map([['a', structuredClone(one.get('a') ?? {})]]))).toEqual([]);
  });

  it('tells a mere change from an announcement', () => {
    const renamed = new Map([['a', payload({ s1: sensor('1'), s2: sensor('2') }, { name: 'y' })]]);
    expect(planDiscovery(one, renamed)).toMatchObject([{ topic: 'a', announces: false }]);
    const more = new Map([['a', payload({ s1: sensor('1'), s2: sensor('2'), s3: sensor('3') })]]);
    expect(planDiscovery(one, more)).toMatchObject([{ topic: 'a', announces: true }]);
  });

  it('knows where states are to be told again: a template of what was there changed', () => {
    const labelled = (template: string, more: Components = {}) =>
      new Map([['a', payload({ s1: sensor('1', { value_template: template }), ...more })]]);
    const english = labelled('en');
    expect(planDiscovery(english, labelled('zh'))).toMatchObject([{ rereads: true }]);
    const more = labelled('en', { s2: sensor('2', { value_template: 'new' }) });
    expect(planDiscovery(english, more)).toMatchObject([{ rereads: false }]);
    expect(planDiscovery(none, english)).toMatchObject([{ rereads: false }]);
  });

  it('announces a type of event before the first of it', () => {
    const event = (...types: string[]) =>
      new Map([['a', payload({ e: { p: 'event', unique_id: '1', event_types: types } })]]);
    expect(planDiscovery(event('x'), event('x', 'y'))).toMatchObject([{ announces: true }]);
    expect(planDiscovery(event('x', 'y'), event('x', 'y'))).toEqual([]);
  });

  it('removes a component by its platform alone, then leaves it out', () => {
    const less = new Map([['a', payload({ s1: sensor('1') })]]);
    expect(planDiscovery(one, less)).toEqual([
      {
        topic: 'a',
        payload: payload({ s1: sensor('1'), s2: { p: 'sensor' } }),
        retain: true,
        announces: false,
        rereads: false,
      },
      { topic: 'a', payload: less.get('a'), retain: true, announces: false, rereads: false },
    ]);
  });

  it('clears a device that is gone, once and without more', () => {
    expect(planDiscovery(one, none)).toEqual([
      { topic: 'a', payload: '', retain: true, announces: false, rereads: false },
    ]);
  });

  it('moves a component: let go here, taken there, then left out here', () => {
    const split = new Map([
      ['a', payload({ s1: sensor('1') })],
      ['b', payload({ s2: sensor('2') })],
    ]);
    expect(planDiscovery(one, split)).toEqual([
      {
        topic: 'a',
        payload: { migrate_discovery: true },
        retain: false,
        announces: false,
        rereads: false,
      },
      { topic: 'b', payload: split.get('b'), retain: true, announces: true, rereads: false },
      { topic: 'a', payload: split.get('a'), retain: true, announces: true, rereads: false },
    ]);
  });

  it('removes what is gone before the rest moves', () => {
    const split = new Map([
      ['a', payload({})],
      ['b', payload({ s2: sensor('2') })],
    ]);
    expect(planDiscovery(one, split).map(({ topic, payload: sent }) => [topic, sent])).toEqual([
      ['a', payload({ s1: { p: 'sensor' }, s2: sensor('2') })],
      ['a', { migrate_discovery: true }],
      ['b', split.get('b')],
      ['a', split.get('a')],
    ]);
  });

  it('moves all of a device and clears it last', () => {
    const moved = new Map([['b', payload({ s1: sensor('1'), s2: sensor('2') })]]);
    expect(planDiscovery(one, moved)).toMatchObject([
      { topic: 'a', payload: { migrate_discovery: true }, retain: false },
      { topic: 'b', payload: moved.get('b') },
      { topic: 'a', payload: '' },
    ]);
  });

  it('never takes away an option or a type that an entity may have right now', () => {
    const of = (options: string[]) => new Map([['a', payload({ s: sensor('1', { options }) })]]);
    expect(planDiscovery(of(['Male', 'Female']), of(['男', '女']))).toMatchObject([
      { payload: { components: { s: { options: ['男', '女', 'Male', 'Female'] } } } },
    ]);
    expect(planDiscovery(of(['男', '女', 'Male', 'Female']), of(['男', '女']))).toEqual([]);
  });
});
