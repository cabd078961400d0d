/** One MQTT message as the bridge wants it published. */
export interface Message {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly retain: boolean;
  readonly qos: 0 | 1;
  /** MQTT 5 message expiry interval, seconds (MQTT 5 §3.3.2.3.3) */
  readonly expiry?: number;
}
