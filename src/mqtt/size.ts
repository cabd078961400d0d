/** A message as it goes into a packet. */
export interface Packet {
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain: boolean;
  readonly qos: 0 | 1;
  readonly expiry?: number;
}

export type MqttVersion = '5' | '3.1.1';

const EXPIRY_PROPERTY = 5;

/** Bytes of a Variable Byte Integer (MQTT 5 §1.5.5). */
function variableLength(value: number): number {
  if (value < 128) return 1;
  if (value < 16_384) return 2;
  return value < 2_097_152 ? 3 : 4;
}

/**
 * The whole PUBLISH packet in bytes, as a Maximum Packet Size counts them (MQTT 5 §3.1.2.11.4).
 * mqtt.js neither knows nor asks.
 */
export function packetSize(packet: Packet, version: MqttVersion): number {
  const properties = packet.expiry === undefined ? 0 : EXPIRY_PROPERTY;
  const remaining =
    2 +
    Buffer.byteLength(packet.topic) +
    (packet.qos === 0 ? 0 : 2) +
    (version === '5' ? variableLength(properties) + properties : 0) +
    packet.payload.length;
  return 1 + variableLength(remaining) + remaining;
}
